#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client's complaint replaces the driver and says why: of the incarnation that
it names, of the drivers of its complains= and of no other."""
import re

from harness import Scenario, witness

s = Scenario(f'{witness.TASKS}task knob\n'
             'task plaintiff needs=knob,hello complains=knob -- knob hello\n'
             'raw bad=plaintiff complains=a,,b $(task-create) -- a b\n')
with s.boot() as m:
    m.expect(r' bad#0 refuse word="?complains=a,,b"? why="not a name')
    m.expect_ktap('plaintiff')
    for line in (r' W plaintiff#1 deny what=complain name=hello$',
                 r' W plaintiff#1 deny what=complain name=nobody$',
                 r' W knob#1 complaint by=plaintiff '
                 r'text="says \\"2\+2=5\\"\\x0a"$',
                 r' knob#1 death cause=complaint ',
                 r' knob#2 restart cause=complaint '):
        s.check(any(re.search(line, text) for text in m.lines), line)
    witness.unharmed(s, m)
s.forbid(r' knob#(1 complaint .*too|2 complaint)', 'nothing else is one')
witness.undisturbed(s)
s.done()
