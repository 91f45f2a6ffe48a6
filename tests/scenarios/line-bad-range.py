#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A range that ends before it begins."""
from harness import witness

witness.refused('ioports=0x2f7-0x2f0', 'ioports=0x2f7-0x2f0',
                'the range ends before it begins')
