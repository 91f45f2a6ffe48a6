#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames by ring, of all lengths, to each kind of network device and back."""
from harness import Scenario, witness
from harness.net import Wire
from harness.nics import KINDS

s = Scenario('', seconds=60, sleep=True)
wires = {kind: Wire(s, device, f'n{n}')
         for n, (kind, (device, _, _)) in enumerate(KINDS.items())}
tasks = ''.join(f'{task}\ntask ether{n}=ether needs={name} -- {name} ring '
                'letter=A\n' for n, (_, task, name) in enumerate(KINDS.values()))
with s.boot(witness.TASKS + tasks,
            args=[word for wire in wires.values() for word in wire.args]) as m:
    m.expect_all(*(rf' ether{n}#1 log text=up' for n in range(len(KINDS))))
    for kind, wire in wires.items():
        wrong = []
        for length in (46, 47, 60, 64, 100, 511, 512, 1000, 1499, 1500):
            data = bytes([length % 251, 0]) + bytes(
                (length * 7 + n * 13) % 256 for n in range(length - 2))
            got = wire.ask(data)
            if not got or got[15:16] != b'A' or got[16:] != data[2:]:
                wrong.append(f'{length}: {got}')
        s.check(not wrong, f'{kind}: ten lengths come back as they went', *wrong)
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
