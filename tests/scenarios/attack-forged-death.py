#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A message that looks like the kernel's of an exception, and brings a right to
answer to that kernel-ext does not use: each such death leaves nothing behind."""
from harness import cycles

cycles.crashes(20, 100, 'hostile', 'forged-death')
