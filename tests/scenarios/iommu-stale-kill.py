#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver that is killed in the middle of a transfer, its device left as it is: the
IOMMU stops the transfer, unless it was not told to forget."""
from harness import strays

strays.stale('kill', 10, 6, seconds=60)
