#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""irq-rate= of a PCI function: so many interrupts a second, one for each of
the client's writes; the function that shares the line with it has its own.
The device computes in a thread of the host's, so it may be slower, not faster."""
from harness import Scenario, witness

WRITES = 203  # 3 of which come at once, after a rest

s = Scenario('', seconds=40, sleep=True)


def took(words):
    """How long they took, in ms."""
    with s.boot('qemu -device edu,addr=4 -device edu,addr=8\n'
                f'{witness.TASKS}'
                f'task slow=edu -pci pci=00:04.0 {words}\n'
                'task edu2=edu -pci pci=00:08.0\n'
                'task rush=build/tasks/slow/rush needs=slow restart=no '
                f'-- writes {WRITES} 0\n'
                'task shell', words) as m:
        m.expect(r' rush#1 ready ')
        m.send('write edu2 6')
        m.send('read edu2')
        m.expect('^720$', name='the other function on its line works')
        done = m.expect(rf' rush#1 log text="answered={WRITES} of {WRITES} '
                        r'in (\d+)ms')
        witness.unharmed(s, m)
        return int(done[1])


limited, free = took('irq-rate=100'), took('-irq-rate')
rate = (WRITES - 3) * 1000 // limited
s.check(60 <= rate <= 103, f'irq-rate=100: {rate} a second')
s.check(free < limited // 2, f'without: all {WRITES} in {free} ms')
witness.undisturbed(s)
s.done()
