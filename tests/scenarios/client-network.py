#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a network device sees nothing of 60 deaths of its driver but packets
that do not come."""
from harness import killed

killed.customer('network', 60, again=1, lost=10)
