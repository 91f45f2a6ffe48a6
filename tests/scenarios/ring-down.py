#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver that is suspended, or stopped in the middle of a wait: the client of a
ring hears of it, and what it posted meanwhile is carried out by the next one."""
from harness import ringed

ringed.part('down', 'task platter=build/tasks/rings/platter',
            'task stopper=rings needs=platter operator=yes -- stopper',
            words='needs=platter operator=yes', deaths='exit:0')
