#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client that dies with a hundred handles open."""
from harness import witness

witness.attacks('orphan-handles', 'exception:bad-access')
