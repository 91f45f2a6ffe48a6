#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Malformed messages to kernel-ext, and to the kernel behind it."""
from harness.fuzz import fuzz, image

fuzz(image('control', 2000, step=2, rounds=2, words='', seed=2), rounds=2)
