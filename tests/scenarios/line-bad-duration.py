#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A duration without a unit."""
from harness import witness

witness.refused('watchdog=300', 'watchdog=300', 'not a duration')
