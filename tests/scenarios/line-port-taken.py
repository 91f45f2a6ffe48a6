#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A port range that overlaps another task's."""
from harness.lines import Bad, HELLO, refused

refused(Bad('ioports=0x2ef-0x2f2', 'ioports=0x2ef-0x2f2',
            'also held by first'),
        others=f'raw first={HELLO} ioports=0x2e8-0x2ef $(task-create)')
