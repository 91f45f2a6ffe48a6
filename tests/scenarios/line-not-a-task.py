#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A module without $(task-create) never becomes a task: it is counted."""
from harness import Scenario, witness

s = Scenario(f'{witness.TASKS}raw bad=die watchdog=300ms -- none\n')
with s.boot() as m:
    m.expect(r' kernel-ext boot modules=\d+ tasks=\d+ refused=0 ignored=1 ')
    m.expect(r' N kernel-ext up ')
    witness.unharmed(s, m)
s.forbid(r' bad#', 'it has no line')
witness.undisturbed(s)
s.done()
