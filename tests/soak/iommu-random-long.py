#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""iommu-random.py for longer: 10,000 random addresses."""
from harness import strays

strays.randomly(10_000, 100, seconds=5400)
