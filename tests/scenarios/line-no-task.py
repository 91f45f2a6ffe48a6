#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A module without $(task-create) never becomes a task, and is counted."""
from harness import Scenario
from harness.witness import TASKS, undisturbed, unharmed

s = Scenario(f'{TASKS}raw idle=build/tasks/hello/hello watchdog=300ms')
with s.boot() as m:
    m.expect(r'kernel-ext boot modules=\d+ tasks=2 refused=0 ignored=1 ')
    unharmed(s, m)
s.forbid(' idle#')
undisturbed(s)
s.done()
