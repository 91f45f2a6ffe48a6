#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""uart at 9600: a speed that exists is set, one that does not is refused."""
from harness import Scenario, witness

TEXT = bytes(range(256))

s = Scenario(f'''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
{witness.TASKS}
task uart
task echo -- {len(TEXT)} 9600
''', sleep=True, seconds=60)
with s.boot() as m:
    m.expect(r' echo#1 log text="speed 12345: D_INVALID_SIZE, now 115200"')
    m.expect(r' echo#1 log text="speed 9600: \w+, now 9600"')
    m.expect(r' echo#1 log text=echoing')
    link = m.socket('uart')
    link.sendall(TEXT)
    got = b''
    while len(got) < len(TEXT) and (data := link.recv(4096)):
        got += data
    s.check(got == TEXT, 'each byte comes back', repr(got))
    m.expect(r' echo#1 log text="received=256 sent=\d+ errors=0"')
s.forbid(r' uart#[2-9] ', 'uart was never restarted')
witness.undisturbed(s)
s.done()
