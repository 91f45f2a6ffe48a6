#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An open handle on uart works after its driver was killed, and a request
that was queued when it died is answered by the next incarnation."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
{witness.TASKS}
task uart
task handle -- uart
''', sleep=True, seconds=60)
with s.boot() as m:
    m.expect(r' uart#1 ready ')
    link = m.socket('uart')
    m.expect_ktap('handle')
    got = b''
    while not got.endswith(b'after stop\n'):
        got += link.recv(4096)
    s.check(got == b'first\nafter kill\nqueued\nafter stop\n',
            'the other end got each line once, in order', repr(got))
    witness.unharmed(s, m)
s.forbid(r' uart#1 death cause=(?!operator)', 'the first died of the kill')
s.forbid(r' uart#2 death cause=(?!hang)', 'the second of the hang')
witness.undisturbed(s)
s.done()
