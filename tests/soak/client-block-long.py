#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""client-block.py for longer: 3,000 deaths of the disk's driver."""
from harness import Scenario, witness

KILLS = 3000

s = Scenario(f'''
{witness.TASKS}
task model restart-delay=0 start-limit=0
task customer -- block {KILLS}
task killer -- model {KILLS} 11
''', seconds=900)
with s.boot() as m:
    end = m.wait(r' customer#1 log text="requests=(\d+) again=(\d+) '
                 r'unknown=0 lost=0 good"', timeout=800)
    s.tap.note(f'{end[1]} requests, {end[2]} run again')
    s.check(int(end[2]) > KILLS / 10, 'no request had another result')
    witness.unharmed(s, m)
s.forbid(r' model#\d+ death cause=(?!operator)', 'it died of the kills only')
witness.undisturbed(s)
s.done()
