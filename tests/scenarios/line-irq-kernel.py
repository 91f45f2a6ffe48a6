#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own interrupt lines: asking for one would make it panic."""
from harness import Scenario, witness

LINES = (0, 1, 2, 4, 13)

s = Scenario(witness.TASKS + ''.join(
    f'task bad{n}=die irq={n} -- none\n' for n in LINES)
    + 'task good=die irq=5 -- none\n')
with s.boot() as m:
    m.expect_all(*(rf' bad{n}#0 refuse word="?irq={n}"? why=' for n in LINES),
                 r' good#1 ready ')
    m.expect(r' N kernel-ext up ')
    for _ in range(3):  # the panic came within a second
        m.expect(witness.REPORT)
s.forbid(r' bad\d+#1 ', 'none of them runs')
witness.undisturbed(s)
s.done()
