#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupts that are acknowledged once, three times, before they come: there
are as many as the device makes.  One that never is, is a death, and the next
incarnation has the line."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -global hpet.hpet-intcap=0x20
{witness.TASKS}
task hostile restart=on-failure -- acknowledgements
''', 40)
with s.boot() as m:
    m.expect(r' hostile#1 death cause=irq ')
    m.expect(r' hostile#2 restart ')
    m.expect_ktap('hostile')
    m.expect(r' hostile#2 stopped cause=exit:0')
    witness.unharmed(s, m)
    good = [line for line in m.lines if ' hostile#1 log text="ok' in line]
    s.check(len(good) >= 10, f'{len(good)} things were as they should be')
s.forbid(r' hostile#\d log text="not ok', 'nothing went through')
witness.undisturbed(s)
s.done()
