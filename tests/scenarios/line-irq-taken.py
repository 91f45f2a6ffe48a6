#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An interrupt line that another task holds."""
from harness import witness

witness.refused('irq=5', 'irq=5', 'also held by owner',
                others='task owner=die irq=5 -- none')
