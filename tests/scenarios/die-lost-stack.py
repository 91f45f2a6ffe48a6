#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A stack pointer into the kernel: the crash report does without a stack."""
from harness import witness

witness.dies('lost-stack after=1500 once', 'exception:bad-instruction',
             'restart')
