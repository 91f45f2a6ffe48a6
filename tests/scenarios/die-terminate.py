#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that terminates itself: gone, and replaced."""
from harness import witness

witness.dies('terminate after=1500 once', r'(?:vanished|exit:\d+)', 'restart')
