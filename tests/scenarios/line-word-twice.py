#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A word given twice."""
from harness import witness

witness.refused('watchdog=300ms watchdog=400ms', 'watchdog=400ms', 'given twice')
