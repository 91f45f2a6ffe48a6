#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that is told to write to and to read from random addresses of memory
that belongs to another task: it reaches none, each is a death of its driver with
address and source in the log, and others do not notice; without the IOMMU it
reaches them."""
from harness import strays

strays.randomly(20, 6, seconds=60)
