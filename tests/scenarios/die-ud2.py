#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A bad instruction: replaced at once."""
from harness import witness

witness.dies('ud2 after=1500 once', 'exception:bad-instruction', 'restart')
