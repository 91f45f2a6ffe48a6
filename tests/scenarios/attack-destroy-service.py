#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that destroys its retained port: a death, and the port is back."""
from harness import witness

witness.attacks('destroy-service', 'port', again=True)
