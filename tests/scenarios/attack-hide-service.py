#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A retained port in a message in a queue, while its task dies."""
from harness import witness

witness.attacks('hide-service', 'exception:bad-access', again=True)
