#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A network device's driver that dies of a frame: what is to be sent is dropped and
kills once, the buffers that wait for frames stay, nobody is suspected."""
from harness import Scenario, witness
from harness.net import GUEST, HERE, TYPE, Wire

ROUNDS = 4
s = Scenario(f'''{witness.TASKS}
task virtio-net=build/tasks/ether/brittle pci=1af4:1041 dma=256K provides=eth0 \
restart-delay=0 start-limit=0 -- eth0
task ether1=ether -- eth0 ring letter=A
task ether2=ether -- eth0 classic letter=C filter=67
''', seconds=60, sleep=True)
wire = Wire(s)
with s.boot(args=wire.args) as m:
    m.expect_all(r' ether1#1 log text=up', r' ether2#1 log text=up')
    s.check(wire.ask(bytes(100)), 'frames come back')
    for n in range(ROUNDS):
        wire.send(GUEST + HERE + TYPE + bytes(652))
        m.expect(r' ether1#1 log text="lost: D_IO_ERROR"')
        s.check(wire.ask(bytes([1, 0, n]) + bytes(50)),
                f'after a frame that killed by being sent, {n + 1}')
        wire.drain(0.1)
        wire.send(GUEST + HERE + TYPE + bytes(653))
        m.expect(rf' virtio-net#{2 * n + 3} restart ')
        s.check(wire.ask(bytes([67, 0, n]) + bytes(50)),
                f'after one by being received, {n + 1}')
    witness.unharmed(s, m)
deaths = [t for t in m.lines if ' virtio-net#' in t and ' death ' in t]
s.check(len(deaths) == 2 * ROUNDS, f'{len(deaths)} deaths of {2 * ROUNDS} frames',
        *deaths)
witness.undisturbed(s)
s.done()
