#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/soak/hours-long.py for minutes."""
from harness import soaked

soaked.soak(seed=7, minutes=2, times=2, seconds=90)
