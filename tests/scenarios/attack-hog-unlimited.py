#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that takes all the memory of the machine: what is left is for others.
Its end is long, at the pace of this guest."""
from harness import witness

witness.attacks('hog', words='-memory', others=witness.SMALL, seconds=90, stuck='',
                slowest=5_000_000)
