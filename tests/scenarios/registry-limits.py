#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each of the six limits: lowered and as the line has it, never raised."""
from harness import Scenario

s = Scenario('task clerk memory=1M cpu=50 io-ops=4 irq-rate=100 op-timeout=1s '
             'bandwidth=10K -- limits 1024 50 4 100 1000 10')
with s.boot() as m:
    guest = m.expect_ktap('clerk')
    s.check(guest.plan == 19, 'six limits, three ways')
for name in ('memory', 'cpu', 'io-ops', 'irq-rate', 'op-timeout', 'bandwidth'):
    s.check(any(f' deny what=limit name={name}' in line for boot in s.boots
                for line in boot.lines), f'the log says {name}')
s.done()
