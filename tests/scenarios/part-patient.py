#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""part does not fall with its disk: it waits, with heartbeats, until that is
back; its partitions are there while it restarts; a table that was changed is
read anew when it is killed."""
from harness import Scenario, sums, tables, witness

s = Scenario('', seconds=90, sleep=True)
disk = tables.make(s.folder / 'disk', 1024)
tables.gpt(disk, (40, 99), (100, 400))
table = tables.get(disk, 1, 33)
tables.gpt_entry(disk, 2, 100, 300)
with s.boot(f'''
{witness.TASKS}
ramdisk {disk}
task vda=ramdisk kdev=rd0 -- rd0
task part provides=vda1,vda2
task sum needs=vda,vda1,vda2 -- vda2
task shell
''') as m:
    m.expect(r' part#1 log text="vda: GPT, 2 partitions"')
    sums.expect_sums(m, {'vda2': tables.get(disk, 100, 201)})
    m.expect_prompt(r'> $')
    m.send('stop vda')
    m.expect(r' vda#1 stopped ')
    m.send('kill part')
    m.expect(r' part#1 operator command=kill ')
    m.expect_none(r' part#2 (death|log|restart) ', 3)
    m.send('start vda')
    m.expect(r' part#2 log text="vda: GPT, 2 partitions"')
    m.expect(r' part#2 restart cause=operator ')
    m.send('devices')
    m.expect(r'^vda2\s')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
