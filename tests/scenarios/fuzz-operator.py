#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Malformed messages of a task that is an operator, also to a handle whose
driver it has stopped."""
from harness.fuzz import ALL, fuzz, image

fuzz(image('both', 2000, step=2, rounds=2, words=ALL + ' operator=yes'),
     rounds=2)
