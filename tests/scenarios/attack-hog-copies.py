#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that fills memory with messages to itself, which no map shows: it is
found by the pages that it took, and ends while there are some left."""
from harness import witness

witness.attacks('hog-copies', 'limit:memory', others=witness.SMALL, seconds=90, stuck='',
                slowest=5_000_000)
