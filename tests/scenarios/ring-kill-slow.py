#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""As ring-kill, of a device that keeps requests for a while, has no room for all
of them, and answers them in another order."""
from harness import ringed

ringed.load('platter=build/tasks/rings/platter watchdog=200ms', 'safe',
            'platter', 100, 32)
