#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A million malformed messages: to kernel-ext and the kernel behind it, to the
handles of two drivers, of the console and of a ramdisk; a third of them from an
operator, also to the handle of a driver that was stopped."""
from harness.fuzz import ALL, fuzz, image

MESSAGES, STEP, ROUNDS = 9500, 10, 4

fuzz(*(image('both', MESSAGES, STEP, ROUNDS, words, seed)
       for seed, words in enumerate((ALL, ALL, ALL + ' operator=yes'), 1)),
     rounds=ROUNDS, seconds=4 * 3600, total=1_000_000)
