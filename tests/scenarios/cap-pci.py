#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""PCI with pci= and without it."""
from harness import Scenario

s = Scenario('qemu -device edu\n'
             'task with=clerk pci=1234:11e8 -- capability 0x101 yes\n'
             'task without=clerk irq=5 -- capability 0x101 no')
with s.boot() as m:
    m.expect_all(r' with#1 stopped cause=exit:0$',
                 r' without#1 stopped cause=exit:0$')
    good = [line for line in m.lines if ' log text="ok ' in line]
    s.check(len(good) == 3, '3 things were tried')
s.forbid(r' log text="not ok', 'all went as they should')
s.done()
