#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As nic-kill.py, of an 82540EM, which is promiscuous only for others'
addresses, and stays so through its driver's deaths."""
from harness import five

five.killed('e1000')
