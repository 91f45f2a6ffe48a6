#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A line of 1,000 characters, one with an error at its end and one without."""
from harness import Scenario, witness

names = ','.join(f'a-rather-long-name-{n:02}' for n in range(20))
more = ' '.join(f'{n}:words-that-kernel-ext-does-not-read' for n in range(14))

s = Scenario(f'''{witness.TASKS}
raw good=die watchdog=300ms provides=good,{names} $(task-create) -- none {more}
raw bad=die watchdog=300ms provides=bad,x{names.replace(',', ',x')} colour=blue \
$(task-create) -- none {more}
''', grub=True)
with s.boot() as m:
    m.expect_all(r' good#1 ready ',
                 r' bad#0 refuse word="?colour=blue"? why="unknown word"')
    m.expect(r' N kernel-ext up ')
    witness.unharmed(s, m)
s.forbid(r' bad#1 ', 'the bad one does not run')
witness.undisturbed(s)
s.done()
