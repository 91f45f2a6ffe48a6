#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A jump to nowhere: replaced at once."""
from harness import witness

witness.dies('jump after=1500 once', 'exception:bad-access', 'restart')
