#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A division by zero: replaced at once."""
from harness import witness

witness.dies('div0 after=1500 once', 'exception:arithmetic', 'restart')
