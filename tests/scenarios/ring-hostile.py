#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client that writes anything into its ring: the driver answers, passes over,
and lives, and another client of the same disk, whose requests are checked, has
no error; also when the driver is killed meanwhile."""
from harness import Scenario, witness

ROUNDS = 4000
KILLS = 20

s = Scenario(f'''
{witness.TASKS}
task ramdisk restart-delay=0 start-limit=0 -- 2M
task slices=build/tasks/rings/slices needs=ramdisk,hello provides=slice,secret,none
task vandal=build/tasks/rings/vandal needs=slice restart=no -- slice {ROUNDS}
task rings needs=ramdisk -- load ramdisk {KILLS} 12
task killer -- ramdisk {KILLS} 3 200
''', seconds=60)
with s.boot() as m:
    m.expect_all(r' vandal#1 stopped cause=exit:0',
                 r' rings#1 log text="timeouts=\d+ slowest=\d+us good"',
                 rf' killer#1 log text=kills={KILLS}$')
    witness.unharmed(s, m)
s.forbid(r' (vandal|slices)#1 log text="not ok',
         'the vandal is served like others')
s.forbid(r' ramdisk#\d+ death cause=(?!operator)', 'ramdisk dies of kills only')
s.forbid(r' rings#1 log text=".* bad"', 'nor is the other client harmed')
witness.undisturbed(s)
s.done()
