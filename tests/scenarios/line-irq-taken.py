#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An interrupt line that another task has."""
from harness.lines import Bad, HELLO, refused

refused(Bad('irq=5', 'irq=5', 'also held by first'),
        others=f'raw first={HELLO} irq=5 $(task-create)')
