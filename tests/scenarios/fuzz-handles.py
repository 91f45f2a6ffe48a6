#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Malformed messages to the handles of two drivers, of the console and of a
ramdisk."""
from harness.fuzz import ALL, fuzz, image

fuzz(image('handles', 2000, step=2, rounds=2, words=ALL), rounds=2)
