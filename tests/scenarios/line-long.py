#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A line of 1,000 characters: a bad one is refused, a good one runs."""
from harness.lines import Bad, HELLO, refused

LONG = 'x' * 1000
refused(Bad(f'watchdog={LONG}', 'watchdog=xxxx', 'not a duration'),
        others=f'raw good={HELLO} $(task-create) -- {LONG}')
