#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that gives its retained port away: a death, and the port is back."""
from harness import witness

witness.attacks('give-service', 'port', again=True)
