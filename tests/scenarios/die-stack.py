#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A stack that overflows: replaced at once."""
from harness import witness

witness.dies('stack after=1500 once', 'exception:bad-access', 'restart')
