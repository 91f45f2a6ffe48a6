#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A crash in start-up every time: given up at its start limit."""
from harness import witness

witness.dies('init-crash', 'exception:bad-access', 'failed',
             'start-limit=4/60s', deaths=4)
