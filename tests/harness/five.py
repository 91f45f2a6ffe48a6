# SPDX-License-Identifier: GPL-2.0-or-later
"""Five clients of one network device: two rings and three clients of Mach's
messages or with a filter, each with an address of its own or a filter."""
import itertools
import time

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

    def _letters(self, to, first, want):
        """Who answers a frame to TO whose first byte is FIRST: it is sent until
        those who should have, and others had the time to."""
        data = bytes([first, 0]) + next(self.numbers).to_bytes(4, 'big') + \
            bytes(60)
        found, end = set(), time.monotonic() + 15
        while found != set(want) and time.monotonic() < end:
            self.wire.send(to + HERE + TYPE + data)
            again = time.monotonic() + 1
            while found != set(want) and time.monotonic() < again:
                found |= self._who(data, [self.wire.receive(0.2)])
        found |= self._who(data, self.wire.drain(0.15))
        return ''.join(sorted(found))

    @staticmethod
    def _who(data, frames):
        return {got[15:16].decode() for got in frames
                if got and got[:6] == HERE and got[16:20] == data[2:6]}

    def _each(self, when):
        wanted = ((GUEST, 1, 'A'), (GUEST, 67, 'AC'), (MACS['B'], 1, 'B'),
                  (MACS['D'], 1, 'D'), (MACS['E'], 69, 'E'), (ALL, 1, 'ABD'))
        found = [self._letters(*each) for each in wanted]
        self.s.check(found == [want for _, _, want in wanted], f'{when}: each '
                     'has its own frames, and all have all\'s', str(found))

    def _nobody(self):
        for to, first, who in ((MACS['E'], 1, "past E's filter"),
                               (bytes.fromhex('020000000009'), 1,
                                'to a stranger')):
            self.wire.drain(0.05)
            self.wire.send(to + HERE + TYPE + bytes([first, 0]) + bytes(60))
            self.s.check(not self.wire.drain(1),
                         f'nobody answers a frame {who}')
