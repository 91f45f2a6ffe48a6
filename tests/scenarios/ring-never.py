#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A request that its driver does not answer: its client waits no longer than it
wants to, others are served, and it is answered once."""
from harness import ringed

ringed.part('never', 'task platter=build/tasks/rings/platter',
            words='needs=platter')
