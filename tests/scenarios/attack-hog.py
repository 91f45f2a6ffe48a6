#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that takes all the memory that memory= allows."""
from harness import witness

witness.attacks('hog')
