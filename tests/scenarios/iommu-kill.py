#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""blk-kill-ring.py, shorter, with the IOMMU on: what its driver's predecessor had
told the disk to transfer is neither lost nor a fault of anybody's."""
import os

from harness import blk

os.environ['MACHINE'] = 'iommu'     # as with tests/run --iommu
blk.killed('ring', 40, apart=0)
