#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""iommu-stale-close.py for longer: 1,000 times."""
from harness import strays

strays.stale('close', 1000, 50, seconds=2400)
