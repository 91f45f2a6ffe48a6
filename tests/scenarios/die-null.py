#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A null pointer: replaced at once."""
from harness import witness

witness.dies('null after=1500 once', 'exception:bad-access', 'restart')
