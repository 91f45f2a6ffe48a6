#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A register that quiets a function, on a line of three: a driver that names
one that does not, or hangs, keeps no interrupt from the others, of which one is
honest (virtio-rng) and one has none (edu)."""
from harness import Scenario, witness

WORK = (('write edu 5', None), ('read edu', '^120$'),
        ('write edu 6', None), ('read edu', '^720$'))

s = Scenario(f'''
qemu -device edu,addr=4 -device virtio-rng-pci,disable-legacy=on,addr=8
qemu -device edu,addr=0xc
{witness.TASKS}
task edu -pci pci=00:04.0
task virtio-rng
task dice
task hush
task shell
''', seconds=60)


def others(m):
    """What else is on the line works."""
    for command, answer in WORK:
        m.send(command)
        if answer:
            m.expect(answer, name=f'{command}: {answer}')


def where(text):
    return next((n for n, t in enumerate(m.lines) if text in t), 0)


with s.boot() as m:
    m.expect_ktap('hush')
    m.expect(r' hush#1 death cause=irq ')
    m.expect(r' hush#2 stopped cause=exit:0')
    others(m)
    m.send('lspci -v')
    lines = {m.expect(rf'\[{who}\].* interrupt line (\d+)',
                      name=f'{who} has a line')[1]
             for who in ('1234:11e8', '1af4:1044', '1234:11e8')}
    s.check(len(lines) == 1, 'it is the same of all three')
    # dice counts bits without a pause: a call is late by the kernel's quantum.
    witness.unharmed(s, m, slowest=300_000)
s.check(where(' hush#1 log text=1..') < where(' dice#1 stopped cause=exit:0')
        < where(' hush#1 death '), 'the random bytes came while it hung')
s.forbid(r' (edu|virtio-rng)#[2-9]', 'neither of the others was blamed')
witness.undisturbed(s)
s.done()
