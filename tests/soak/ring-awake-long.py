#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""ring-awake.py for longer: 1,000 deaths of the driver."""
from harness import ringed

ringed.load('ramdisk', '2M', 'ramdisk', 1000, 1, seed=11, seconds=900)
