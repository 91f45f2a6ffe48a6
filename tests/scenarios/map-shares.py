#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that outlives a task has bounds: how much, how many, what memory=
says; and a window into it holds no more than it says."""
from harness import Scenario, witness

s = Scenario(f'{witness.TASKS}task board\ntask mapper memory=2M -- shares\n')
with s.boot() as m:
    m.expect_ktap('mapper')
    witness.unharmed(s, m)
s.forbid(r' (board|mapper)#\d+ (death|deny) cause=(?!exit)', 'nobody died')
witness.undisturbed(s)
s.done()
