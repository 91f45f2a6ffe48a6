#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""net-virtio.py, for 82540EM."""
from harness import stack

stack.scenario('e1000')
