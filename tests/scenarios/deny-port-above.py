#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The I/O port above the granted range: the task ends."""
from harness import witness

witness.attacks('port-above', 'exception:bad-instruction')
