#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A network device's driver is killed in the middle of the traffic of five clients:
two rings and three clients of Mach's, each with an address of its own or a
filter; all that they had set outlives it, and each gets its frames and no
others'."""
import itertools

from harness import Scenario, witness
from harness.net import ALL, GUEST, HERE, TYPE, Wire

MACS = {letter: bytes.fromhex(f'02000000000{n}')
        for n, letter in enumerate('BDE', 1)}


def mac(letter):
    return ':'.join(f'{byte:02x}' for byte in MACS[letter])


CLIENTS = ''.join(f'task ether{n}=ether -- eth0 {words}\n'
                  for n, words in enumerate((
                      'ring letter=A', f'ring letter=B mac={mac("B")}',
                      'classic letter=C filter=67',
                      f'classic letter=D mac={mac("D")}',
                      f'ring letter=E mac={mac("E")} filter=69'), 1))
s = Scenario(f'{witness.TASKS}task virtio-net start-limit=0\n{CLIENTS}'
             'task shell\n', seconds=80, sleep=True)
wire = Wire(s)
numbers = itertools.count()


def letters(to, first, seconds=0.6):
    """Who answers a frame to TO whose first byte is FIRST."""
    data = bytes([first, 0]) + next(numbers).to_bytes(4, 'big') + bytes(60)
    wire.drain(0.05)
    for _ in range(20):
        wire.send(to + HERE + TYPE + data)
        found = {got[15:16].decode() for got in wire.drain(seconds)
                 if got[:6] == HERE and got[16:20] == data[2:6]}
        if found:
            return ''.join(sorted(found))
    return ''


def each(when):
    found = [letters(GUEST, 1), letters(GUEST, 67), letters(MACS['B'], 1),
             letters(MACS['D'], 1), letters(MACS['E'], 69), letters(ALL, 1)]
    s.check(found == ['A', 'AC', 'B', 'D', 'E', 'ABD'],
            f'{when}: each has its own frames, and all have all\'s', str(found))


with s.boot(args=wire.args) as m:
    m.expect_all(*(rf' ether{n}#1 log text=up' for n in range(1, 6)))
    each('at first')
    for to, first, who in ((MACS['E'], 1, "past E's filter"),
                           (bytes.fromhex('020000000009'), 1, 'to a stranger')):
        wire.drain(0.05)
        wire.send(to + HERE + TYPE + bytes([first, 0]) + bytes(60))
        s.check(not wire.drain(1), f'nobody answers a frame {who}')
    for n in range(4):
        m.send('kill virtio-net')
        for k in range(20):     # on their way meanwhile
            wire.send(GUEST + HERE + TYPE + bytes([1, 0, k]) + bytes(60))
        m.expect(rf' virtio-net#{n + 2} restart ')
    each('after four kills')
    m.expect(r' ether1#1 log text="got=')
    witness.unharmed(s, m)
s.forbid(r' ether\d#\d log text="(ring|classic|write|a packet)', 'no client failed')
witness.undisturbed(s)
s.done()
