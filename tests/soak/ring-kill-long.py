#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""ring-kill.py for longer: 2,000 deaths of the driver."""
from harness import ringed

ringed.load('ramdisk', '2M', 'ramdisk', 2000, 32, seed=11, seconds=900)
