#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""net-virtio.py and its kin for longer: each network device, its driver dead
every 1, 2, 4, 8 and 15 seconds."""
from harness import stack

stack.long_scenario(('virtio-net', 'e1000', 'e1000e'), (1, 2, 4, 8, 15),
                    megabytes=64)
