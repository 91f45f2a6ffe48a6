#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP between two programs over a wire that loses frames and brings some twice,
and whose driver is killed 10 times: not a byte is wrong, no connection ends, and data
goes on in each second; with checksums and without."""
import re

from harness.scenario import Scenario

PING = r' b#1 log text="ping 10.0.0.1 sent=4 answered=[1-4]"'
KILLED = r' killer#1 log text=kills='
BULK = r' [ab]#1 log text="bulk us=(\d+) received=(\d+) sent=(\d+)"'
s = Scenario('', seconds=60)
for name, words in ('loss', 'lose=211 twice=197'), ('sum', 'sum lose=1009'):
    with s.boot(f'''
task eth0=wire start-limit=0 restart-delay=0 -- {words}
task a=netstack needs=eth0 -- eth0 10.0.0.1/24 check echo feed=10.0.0.2
task b=netstack needs=eth0 -- eth0 10.0.0.2/24 check feed=10.0.0.1 ping=10.0.0.1
task killer -- eth0 10 7 250
''', name) as m:
        lines = m.expect_count(BULK, 10)
        least = min(min(int(l[2]), int(l[3])) for l in lines[2:])
        s.check(least > 200_000, f'{name}: {least} bytes at least, each way, '
                'in each second')
s.check(all(any(re.search(pattern, line) for line in boot.lines)
            for boot in s.boots for pattern in (PING, KILLED)),
        'pings came back, and the kills were done')
s.forbid(r' [ab]#1 log text="(source|check|lwip): ', 'no connection ends, '
         'and nothing comes that was not sent')
s.forbid(r' [ab]#[2-9]')
s.forbid(r' eth0#\d+ death cause=(?!operator)')
s.done()
