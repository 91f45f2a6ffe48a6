#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""net-hostile.py with 20,000 frames to each host, each of whose drivers is killed
once a second meanwhile."""
from harness.barraged import barraged

barraged(20_000, 3600, rounds=3, kills=50, seed=21)
