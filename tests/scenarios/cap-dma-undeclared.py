#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver that does not declare DMA has none of the memory that its module
line grants: it is not in its address space.  One that declares it and has no
grant is not registered.  Beside them, one with both."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task dma
task meek=dma -- undeclared
task bold=dma -dma restart=no
''')
with s.boot() as m:
    m.expect_all(r' dma#1 log text="memory at the window"',
                 r' dma#1 log text="all zero"',
                 r' dma#1 log text="no more"',
                 r' bold#1 deny what=capability name=dma',
                 r' bold#1 log text="not registered: 7"',
                 r' meek#1 log text="nothing at the window"',
                 r' meek#1 log text="nothing: 0 0 0"')
    witness.unharmed(s, m)
s.forbid(r' (meek|bold)#1 log text="(memory|ring)', 'the others have none')
witness.undisturbed(s)
s.done()
