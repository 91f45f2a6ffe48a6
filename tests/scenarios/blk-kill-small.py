#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same as blk-kill-ring with a disk whose queue has room for two requests:
the others wait for room in the driver."""
from harness import blk

blk.killed('ring', 40, apart=0,
           device=',indirect_desc=off,event_idx=off,queue-size=8')
