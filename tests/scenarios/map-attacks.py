#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client gets what its driver offered: no byte around it, no more access, no
other object; and the port that stands for it is good for nothing else."""
from harness import Scenario, witness

s = Scenario(f'{witness.TASKS}task board\ntask mapper -- attacks\n')
with s.boot() as m:
    m.expect_ktap('mapper')
    witness.unharmed(s, m)
for what in ('map name=range', 'map name=access', 'map name=copy',
             'call id=2089'):
    s.check(any(f' mapper#1 deny what={what}' in line for line in m.lines),
            f'the log has what={what}')
s.forbid(r' board#\d+ (death|deny) ', 'the driver is not harmed or blamed')
witness.undisturbed(s)
s.done()
