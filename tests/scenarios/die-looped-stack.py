#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame that is its own caller: the walk along the stack has an end."""
from harness import witness

witness.dies('looped-stack after=1500 once', 'exception:bad-instruction',
             'restart')
