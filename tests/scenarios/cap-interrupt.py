#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""INTERRUPT with irq= and without it; irq= without INTERRUPT."""
from harness import Scenario

s = Scenario('task with=clerk irq=5 -- capability 0x202 yes 5\n'
             'task without=clerk -- capability 0x202 no')
with s.boot() as m:
    m.expect_all(r' with#1 stopped cause=exit:0$',
                 r' without#1 stopped cause=exit:0$',
                 r' with#1 deny what=capability name=interrupt line=5$',
                 r' without#1 deny what=capability name=interrupt$')
    good = [line for line in m.lines if ' log text="ok ' in line]
    s.check(len(good) == 10, '10 things were tried')
s.forbid(r' log text="not ok', 'all went as they should')
s.done()
