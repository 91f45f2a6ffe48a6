#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A port range that overlaps another task."""
from harness import witness

witness.refused('ioports=0x2ef-0x2f0', 'ioports=0x2ef-0x2f0', 'also held by owner',
                others='task owner=die ioports=0x2e8-0x2ef -- none')
