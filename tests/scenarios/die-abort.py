#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""abort(): replaced at once, and named as such."""
from harness import witness

witness.dies('abort after=1500 once', 'exception:abort', 'restart')
