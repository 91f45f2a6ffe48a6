#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring on a block device: 1 to 64 requests at a time, each operation, and what
is refused, each beside the same thing allowed."""
from harness import ringed

ringed.part('basic ramdisk', 'task ramdisk -- 2M', words='needs=ramdisk,hello')
