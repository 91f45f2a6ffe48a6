#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""1 MiB of random bytes from the host through uart to a client and back."""
import hashlib
import os
import threading

from harness import Scenario, witness

SIZE = 1 << 20

s = Scenario(f'''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
{witness.TASKS}
task uart -- 115200
task echo -- {SIZE}
''', sleep=True, seconds=240)
sent = os.urandom(SIZE)
with s.boot() as m:
    m.expect(r' echo#1 log text=echoing')
    link = m.socket('uart')
    threading.Thread(target=link.sendall, args=(sent,), daemon=True).start()
    got = bytearray()
    while len(got) < SIZE and (data := link.recv(65536)):
        got += data
    s.check(hashlib.sha256(got).digest() == hashlib.sha256(sent).digest(),
            f'{len(got)} bytes came back, SHA-256 equal')
    m.expect(rf' echo#1 log text="received={SIZE} sent=\d+ errors=0"')
    m.expect(rf' echo#1 log text="echoed {SIZE} bytes in \d+ms"')
    m.expect(r' echo#1 stopped cause=exit:0')
    witness.unharmed(s, m)
s.forbid(r' uart#[2-9] ', 'uart was never restarted')
witness.undisturbed(s)
s.done()
