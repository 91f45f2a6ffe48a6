#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The long form of canary: 1,000 kills in the middle of a transfer."""
from harness import canary

canary.watch(1000, 100, seconds=2400)
