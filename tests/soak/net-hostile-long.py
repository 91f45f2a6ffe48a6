#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""net-hostile.py for longer: 100,000 frames to each host."""
from harness.barraged import barraged

barraged(100_000, 4 * 3600, rounds=5, seed=11)
