#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exit(69) of one that has been ready, while kernel-ext sees its device answer:
a failure like others, counted, until there were too many.  Of one that was
never ready it is believed."""
from harness import Scenario, witness

s = Scenario(f'''qemu -device edu,addr=4
qemu -device virtio-rng-pci,addr=5
{witness.TASKS}'''
             'task die pci=00:04.0 start-limit=2/10s -- exit 69 after=500\n'
             'task never=edu pci=00:05.0\n')
with s.boot() as m:
    m.expect(r' never#1 death cause=exit:69 ')
    m.expect(r' never#1 failed cause=exit:69')
    for n in (1, 2):
        m.expect(rf' die#{n} death cause=exit:69 ')
        m.expect(rf' die#{n + 1} restart cause=exit:69 .*try={n}')
    m.expect(r' die#3 death cause=exit:69 ')
    m.expect(r' die#3 failed cause=exit:69')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
