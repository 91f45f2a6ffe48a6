#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""crash-loop.py with 10,000."""
from harness.cycles import crashes

crashes(1000, 10000)
