#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring that was closed: its driver has the device write to where it was, and
the IOMMU stops it, unless it was not told to forget."""
from harness import strays

strays.stale('close', 10, 6, seconds=60)
