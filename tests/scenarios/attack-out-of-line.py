#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Megabytes of memory in messages to kernel-ext."""
from harness import witness

witness.attacks('out-of-line')
