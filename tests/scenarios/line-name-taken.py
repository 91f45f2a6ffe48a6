#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A name that another task provides, and another task's own."""
from harness.lines import Bad, HELLO, refused

refused(Bad('provides=clock', 'clock', 'also held by first', 'bad1'),
        Bad('', 'hello', '', 'hello'),
        others=f'raw first={HELLO} provides=clock $(task-create)')
