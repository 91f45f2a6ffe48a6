#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames by ring, of all lengths, to a virtio-net device and back."""
from harness import Scenario, witness
from harness.net import Wire

s = Scenario(f'{witness.TASKS}task virtio-net\ntask ether -- eth0 ring letter=A\n',
             seconds=60, sleep=True)
wire = Wire(s)
with s.boot(args=wire.args) as m:
    m.expect(r' ether#1 log text=up')
    wrong = []
    for length in (46, 47, 60, 64, 100, 511, 512, 1000, 1499, 1500):
        data = bytes([length % 251, 0]) + bytes(
            (length * 7 + n * 13) % 256 for n in range(length - 2))
        got = wire.ask(data)
        if not got or got[15:16] != b'A' or got[16:] != data[2:]:
            wrong.append(f'{length}: {got}')
    s.check(not wrong, 'ten lengths come back as they went', *wrong)
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
