#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""iommu-tables.py with all of them."""
from harness import dmar

dmar.refused(dmar.BAD)
