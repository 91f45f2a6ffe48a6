#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Line 3 where the machine has a COM2: it is the kernel's."""
from harness import witness

witness.refused('irq=3', 'irq=3', 'COM2', qemu='qemu -serial null')
