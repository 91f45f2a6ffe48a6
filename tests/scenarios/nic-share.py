#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The ring whose buffers the device fills is closed while others are open: the next
takes its place.  Small buffers: a frame takes several, copied or from the
device.  A ring that posts no buffer, and one that writes anything, beside
clients that are served."""
import struct

from harness import Scenario, witness
from harness.net import GUEST, HERE, TYPE, Wire

B = bytes.fromhex('020000000001')
KILLS = 3
s = Scenario('', seconds=80, sleep=True)


def large(wire, length):
    """A frame to B that takes several of its buffers is summed up."""
    data = bytes([1, 0]) + bytes((n * 31 + length) % 256
                                 for n in range(length - 2))
    want = struct.pack('<II', length + 14, sum(data[2:]))
    wire.drain(0.05)
    for _ in range(20):
        wire.send(B + HERE + TYPE + data)
        while (got := wire.receive(0.5)) is not None:
            if got[:6] == HERE and got[15:16] == b'B' and got[16:24] == want:
                return True
    return False


wire = Wire(s)
with s.boot(f'''{witness.TASKS}
task virtio-net
task ether1=ether -- eth0 ring letter=A frames=5
task ether2=ether -- eth0 ring late letter=B mac=02:00:00:00:00:01 slots=32 bytes=256
task ether3=ether -- eth0 classic letter=C filter=67
task shell
''', args=wire.args) as m:
    m.expect_all(*(rf' ether{n}#1 log text=up' for n in (1, 2, 3)))
    for length in (400, 999, 1500):
        s.check(large(wire, length), f'{length} bytes, copied into small buffers')
    s.check((wire.ask(bytes([67, 0, 1]) + bytes(50)) or b'')[15:16] in b'AC',
            'the others are there')
    for n in range(8):
        wire.ask(bytes([1, 0, n]) + bytes(50), seconds=0.6, again=0.3)
    m.expect(r' ether1#1 log text="got=.* primary=1 ')
    m.expect(r' ether1#1 stopped cause=exit:0')
    m.expect(r' ether2#1 log text="got=.* primary=1 ')
    for length in (229, 230, 231, 243, 400, 999, 1500):
        s.check(large(wire, length) if length > 230 else
                wire.ask(bytes([1, 0]) + bytes(length - 2), to=B),
                f'{length} bytes, from the device into small buffers')
    s.check((wire.ask(bytes([67, 0, 2]) + bytes(50)) or b'')[15:16] == b'C',
            "and the client of Mach's messages is still served")
    m.send('kill virtio-net')
    m.expect(r' virtio-net#2 restart ')
    s.check(large(wire, 1500), 'so it is after a kill')
    m.send('list')
    m.expect(r'virtio-net .* network,pci,irq,dma')
    witness.unharmed(s, m)

wire = Wire(s, folder='hostile')
with s.boot(f'''{witness.TASKS}
task virtio-net start-limit=0
task ether1=ether -- eth0 ring unread
task ether2=ether -- eth0 ring letter=B mac=02:00:00:00:00:01
task ether3=ether -- eth0 vandal frames=25
task ether4=ether -- eth0 classic letter=C
task shell
''', 'hostile', args=wire.args) as m:
    m.expect_all(*(rf' ether{n}#1 log text=up' for n in (1, 2, 3, 4)))
    wrong = []
    for n in range(30):
        data = bytes([1, 0, n]) + bytes(range(200))
        got = wire.ask(data, B if n % 2 else GUEST)
        if not got or got[15:16] != (b'B' if n % 2 else b'C'):
            wrong.append(f'{n}: {got}')
        if n % 10 == 5:
            m.send('kill virtio-net')
    s.check(not wrong, 'two clients are served beside two that misbehave',
            *wrong)
    m.expect(r' ether3#1 log text=rings=25')
    witness.unharmed(s, m)
s.forbid(r' virtio-net#\d+ death cause=(?!operator)', 'the driver dies of kills only')
s.forbid(r' ether\d#1 log text="(ring|classic|write|a packet)', 'no client failed')
witness.undisturbed(s)
s.done()
