#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a virtio disk by a ring, with 32 requests in flight, sees nothing
of 100 deaths of its driver at random instants, and the disk has what was
written last."""
from harness import blk

blk.killed('ring', 100, apart=0)
