#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ranges that are none."""
from harness.lines import refused, several

refused(*several((
    ('ioports=0x2ef-0x2e8', 'ioports=0x2ef-0x2e8',
     'the range ends before it begins'),
    ('ioports=0x2e8:8', 'ioports=0x2e8:8', 'not a range of ports'),
    ('ioports=0xfff8-0x10000', 'ioports=0xfff8-0x10000',
     'past the last port'),
    ('mmio=0xfeb00000+100', 'mmio=0xfeb00000+100', 'not'),
)))
