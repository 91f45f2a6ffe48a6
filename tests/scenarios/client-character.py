#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of a character device, whose driver is killed 60 times, is told of each
request that the driver had in hand; its handle goes on."""
from harness import Scenario, witness

KILLS = 60

s = Scenario(f'''
{witness.TASKS}
task model restart-delay=0 start-limit=0
task customer -- character {KILLS}
task killer -- model {KILLS} 7
''', seconds=120)
with s.boot() as m:
    end, _ = m.expect_all(
        r' customer#1 log text="requests=(\d+) again=(\d+) unknown=(\d+) '
        r'lost=(\d+) (good|bad)"', rf' killer#1 log text=kills={KILLS}$',
        timeout=100)
    requests, again, unknown, lost = map(int, end.groups()[:4])
    s.tap.note(f'{requests} requests, {again} run again, {unknown} unknown, '
               f'{lost} packets lost')
    s.check(end[5] == 'good', 'no request had another result')
    s.check(unknown >= 10, 'of many a request the outcome is unknown')
    s.check(again == 0, 'and none is run again')
    witness.unharmed(s, m)
s.forbid(r' model#\d+ death cause=(?!operator)', 'it died of the kills only')
witness.undisturbed(s)
s.done()
