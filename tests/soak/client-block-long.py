#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""client-block.py for longer: 3,000 deaths of the disk's driver."""
from harness import killed

killed.customer('block', 3000, seed=11, seconds=900, again=300)
