#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As nic-kill.py, of an 82574L, through 20 deaths."""
from harness import five

five.killed('e1000e', 20)
