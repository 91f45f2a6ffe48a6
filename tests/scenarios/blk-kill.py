#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a virtio disk by Mach's requests sees nothing of 100 deaths of
its driver at random instants, and the disk has what was written last."""
from harness import blk

blk.killed('rpc', 100, apart=30)
