#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One request at a time through 250 deaths of the driver: each side waits for the
other all the time, and no bell is lost."""
from harness import ringed

ringed.load('ramdisk', '2M', 'ramdisk', 250, 1, seed=3)
