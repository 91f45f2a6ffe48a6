#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""SQLite runs a script of a ramdisk and what is typed in the shell, on a
database that the host made and opens afterwards."""
from harness import Scenario, database, witness

s = Scenario('', seconds=60, sleep=True)
image = database.make(s.folder / 'disk.raw', 1)
database.command(s.folder / 'made.db', 'CREATE TABLE planet(name, moons);'
                 "INSERT INTO planet VALUES('Earth', 1), ('Mars', 2);")
with open(image, 'r+b') as disk:
    disk.write((s.folder / 'made.db').read_bytes())
script = s.folder / 'script.sql'
script.write_text('-- a comment\n'
                  'SELECT * FROM planet ORDER BY moons;\n'
                  "INSERT INTO planet VALUES('Jupiter', 95);\n"
                  "SELECT 'moons', sum(moons), NULL, 1.5 FROM planet;\n")
with s.boot(f'{database.qemu(image)}{witness.TASKS}ramdisk {script}\n'
            'task virtio-blk\ntask shell\n'
            'task sqlite needs=vda kdev=rd0 -- vda rd0\n') as m:
    m.expect_all(r' sqlite#1 log text=Earth\|1', r' sqlite#1 log text=Mars\|2',
                 r' sqlite#1 log text=moons\|98\|\|1\.5', r' sqlite#1 ready ')
    m.expect_prompt(r'> $')
    m.send("sql INSERT INTO planet VALUES('Saturn', 146); SELECT 5 + 4")
    m.expect(r'^9$')
    m.send('sql SELECT absent')
    m.expect(r'^Error: no such column: absent$')
    m.send('kill virtio-blk')
    m.expect(r' virtio-blk#2 restart ')
    m.send('sql SELECT name FROM planet WHERE moons > 100')
    m.expect(r'^Saturn$')
    m.send("sql BEGIN; INSERT INTO planet VALUES('Vulcan', 7)")
    m.send('kill sqlite')
    m.expect(r' sqlite#2 restart ')
    m.send('sql SELECT count(*), max(name) FROM planet')
    m.expect(r'^4\|Saturn$', name='what was not committed went with the task, '
             'the script did not run again')
    m.send('halt')
    m.expect_exit()
rows = database.command(image, 'SELECT name FROM planet ORDER BY moons;'
                        'PRAGMA integrity_check')
s.check(rows.split() == ['Earth', 'Mars', 'Jupiter', 'Saturn', 'ok'],
        'the host opens the same disk and finds all of it', rows)
witness.undisturbed(s)
s.done()
