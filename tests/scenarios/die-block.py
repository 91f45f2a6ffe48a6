#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocked for ever: the watchdog ends it, and sees that it did not run."""
from harness import witness

witness.dies('block after=1500 once', 'hang:blocked', 'restart')
