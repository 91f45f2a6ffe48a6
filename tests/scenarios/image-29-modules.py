#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""29 modules boot: as many as the kernel can load."""
from harness import Scenario
from harness.witness import TASKS, undisturbed, unharmed

MORE = 29 - 4       # kernel-ext, guard, hello, caller
s = Scenario(TASKS + '\n'.join(f'task copy{n}=hello'
                               for n in range(1, MORE + 1)), 60)
with s.boot() as m:
    m.expect(r'kernel-ext boot modules=29 tasks=27 refused=0 ignored=0 ')
    m.expect(r'kernel-ext up ready=27 failed=0 ')
    unharmed(s, m)
undisturbed(s)
s.done()
