# SPDX-License-Identifier: GPL-2.0-or-later
"""Five clients of one network device: two rings and three clients of Mach's
messages or with a filter, each with an address of its own or a filter."""
import itertools

from . import witness
from .net import ALL, GUEST, HERE, TYPE, Wire
from .nics import KINDS
from .scenario import Scenario

MACS = {letter: bytes.fromhex(f'02000000000{n}')
        for n, letter in enumerate('BDE', 1)}


def killed(kind, kills=4):
    """A scenario of its own: the driver (of nics.KINDS) is killed in the middle
    of their traffic; all that they had set outlives it, and each gets its
    frames and no others'."""
    s = Scenario('', seconds=80, sleep=True)
    Five(s, kind).run(kills)
    s.forbid(r' ether\d#\d log text="(ring|classic|write|a packet)',
             'no client failed')
    witness.undisturbed(s)
    s.done()


class Five:
    def __init__(self, s, kind):
        self.s, self.kind, self.numbers = s, kind, itertools.count()
        device, task, name = KINDS[kind]
        self.wire = Wire(s, device)
        before, dashes, after = task.partition(' --')
        mac = {letter: MACS[letter].hex(':') for letter in MACS}
        words = ('ring letter=A', f'ring letter=B mac={mac["B"]}',
                 'classic letter=C filter=67',
                 f'classic letter=D mac={mac["D"]}',
                 f'ring letter=E mac={mac["E"]} filter=69')
        self.image = f'{witness.TASKS}{before} start-limit=0 restart-delay=0{dashes}{after}\n'
        self.image += ''.join(f'task ether{n}=ether needs={name} -- {name} {w}\n'
                              for n, w in enumerate(words, 1)) + 'task shell\n'

    def run(self, kills):
        with self.s.boot(self.image, args=self.wire.args) as m:
            m.expect_all(*(rf' ether{n}#1 log text=up' for n in range(1, 6)))
            self._each('at first')
            self._nobody()
            for n in range(kills):
                m.send(f'kill {self.kind}')
                for k in range(20):     # on their way meanwhile
                    self.wire.send(GUEST + HERE + TYPE + bytes([1, 0, k]) +
                                   bytes(60))
                m.expect(rf' {self.kind}#{n + 2} restart ')
            self._each(f'after {kills} kills')
            m.expect(r' ether1#1 log text="got=')
            witness.unharmed(self.s, m)

    def _letters(self, to, first, seconds=0.6):
        """Who answers a frame to TO whose first byte is FIRST."""
        data = bytes([first, 0]) + next(self.numbers).to_bytes(4, 'big') + \
            bytes(60)
        self.wire.drain(0.05)
        for _ in range(20):
            self.wire.send(to + HERE + TYPE + data)
            found = {got[15:16].decode() for got in self.wire.drain(seconds)
                     if got[:6] == HERE and got[16:20] == data[2:6]}
            if found:
                return ''.join(sorted(found))
        return ''

    def _each(self, when):
        found = [self._letters(to, first) for to, first in (
            (GUEST, 1), (GUEST, 67), (MACS['B'], 1), (MACS['D'], 1),
            (MACS['E'], 69), (ALL, 1))]
        self.s.check(found == ['A', 'AC', 'B', 'D', 'E', 'ABD'], f'{when}: each '
                     'has its own frames, and all have all\'s', str(found))

    def _nobody(self):
        for to, first, who in ((MACS['E'], 1, "past E's filter"),
                               (bytes.fromhex('020000000009'), 1,
                                'to a stranger')):
            self.wire.drain(0.05)
            self.wire.send(to + HERE + TYPE + bytes([first, 0]) + bytes(60))
            self.s.check(not self.wire.drain(1),
                         f'nobody answers a frame {who}')
