#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Never ready: late each time, until it is given up."""
from harness import witness

witness.dies('never-ready', 'late', 'failed',
             'ready-timeout=300ms start-limit=3/60s', deaths=3)
