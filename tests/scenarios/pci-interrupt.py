#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two edu devices on one interrupt line: each driver has its own interrupts,
and one that does not answer does not keep the other's from it."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -device edu,addr=4 -device edu,addr=8
{witness.TASKS}
task edu -pci pci=00:04.0
task edu2=edu -pci pci=00:08.0
task shell
''')
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    for command, answer in (('write edu 5', None), ('read edu', '^120$'),
                            ('write edu2 6', None), ('read edu2', '^720$'),
                            ('kill edu', r' edu#2 restart '),
                            ('write edu 10', None),
                            ('read edu', '^3628800$')):
        m.send(command)
        if answer:
            m.expect(answer, name=f'{command}: {answer}')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
