#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A request that a driver had taken when it died: its client is told that the
outcome is unknown, and its handle goes on."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
{witness.TASKS}
task uart
task echo restart=on-failure restart-delay=10ms -- 4
task shell
''', sleep=True, seconds=60)
with s.boot() as m:
    m.expect(r' echo#1 log text=echoing')
    m.send('kill uart')
    m.expect(r' uart#2 restart cause=operator ')
    m.expect(r' echo#1 log text="after 0 bytes: MIG_SERVER_DIED"')
    m.expect(r' echo#2 log text=echoing')
    link = m.socket('uart')
    link.sendall(b'back')
    got = b''
    while len(got) < 4:
        got += link.recv(4)
    s.check(got == b'back', 'the next one is served')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
