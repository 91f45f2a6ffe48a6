#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a disk sees nothing of 200 deaths of its driver, at random instants,
and reads what it wrote."""
from harness import killed

killed.customer('block', 200, again=20)
