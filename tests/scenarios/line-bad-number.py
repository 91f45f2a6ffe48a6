#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An interrupt line that is no number."""
from harness import witness

witness.refused('irq=five', 'irq=five', 'not an ISA interrupt line')
