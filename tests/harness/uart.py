# SPDX-License-Identifier: GPL-2.0-or-later
"""Random bytes from the host through uart to a client and back."""
import hashlib
import os
import threading

from . import witness
from .scenario import Scenario


def bulk(size, seconds):
    """A scenario of its own."""
    s = Scenario(f'''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
{witness.TASKS}
task uart -- 115200
task echo -- {size}
''', seconds, sleep=True)
    sent = os.urandom(size)
    with s.boot() as m:
        m.expect(r' echo#1 log text=echoing')
        link = m.socket('uart')
        threading.Thread(target=link.sendall, args=(sent,),
                         daemon=True).start()
        got = bytearray()
        while len(got) < size and (data := link.recv(65536)):
            got += data
        s.check(hashlib.sha256(got).digest() == hashlib.sha256(sent).digest(),
                f'{len(got)} bytes came back, SHA-256 equal')
        m.expect(rf' echo#1 log text="received={size} sent=\d+ errors=0"')
        m.expect(rf' echo#1 log text="echoed {size} bytes in \d+ms"')
        m.expect(r' echo#1 stopped cause=exit:0')
        witness.unharmed(s, m)
    s.forbid(r' uart#[2-9] ', 'uart was never restarted')
    witness.undisturbed(s)
    s.done()
