#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An unknown word: refused by name, the others boot."""
from harness.lines import Bad, refused

refused(Bad('watchdog=300ms color=red', 'color=red', 'unknown word'))
