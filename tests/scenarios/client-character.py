#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a character device, whose driver is killed 60 times, is told of each
request that the driver had in hand; its handle goes on."""
from harness import killed

killed.customer('character', 60, unknown=10)
