#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""irq-rate= of a PCI function: so many interrupts a second, one for each of
the client's writes; the function that shares the line with it has its own.
The device computes in a thread of the host's, so it may be slower, not faster.
A driver that names a register that says nothing (hush) is held to it, too."""
from harness import Scenario, witness

WRITES = 203  # 3 of which come at once, after a rest

s = Scenario('', seconds=40, sleep=True)


def took(words):
    """How long they took, in ms, and 200 interrupts of a silent driver."""
    with s.boot('qemu -device edu,addr=4 -device edu,addr=8\n'
                'qemu -device edu,addr=5\n'
                f'{witness.TASKS}'
                f'task slow=edu -pci pci=00:04.0 {words}\n'
                'task edu2=edu -pci pci=00:08.0\n'
                'task rush=build/tasks/slow/rush needs=slow restart=no '
                f'-- writes {WRITES} 0\n'
                f'task hush -pci pci=00:05.0 {words} -- silent\n'
                'task shell', words) as m:
        m.expect(r' rush#1 ready ')
        m.send('write edu2 6')
        m.send('read edu2')
        m.expect('^720$', name='the other function on its line works')
        done, silent = m.expect_all(
            rf' rush#1 log text="answered={WRITES} of {WRITES} in (\d+)ms',
            r' hush#1 log text="200 interrupts in (\d+)ms')
        witness.unharmed(s, m)
        return int(done[1]), int(silent[1])


(limited, held), (free, quick) = took('irq-rate=100'), took('-irq-rate')
rate = (WRITES - 3) * 1000 // limited
s.check(60 <= rate <= 103, f'irq-rate=100: {rate} a second')
s.check(free < limited // 2, f'without: all {WRITES} in {free} ms')
s.check(held > 1900, f'200 interrupts of a silent register: {held} ms')
s.check(quick < held // 2, f'without: {quick} ms')
witness.undisturbed(s)
s.done()
