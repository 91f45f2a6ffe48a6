#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each instance of a line has dma= of its own, here more than one piece; what
the machine does not have fails that task, and no other."""
import re

from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task dma dma=6M instances=2
task greedy=dma dma=1G restart=no
task shell
''')
with s.boot() as m:
    m.expect(r' greedy#0 refuse word=dma=1048576K why="not as much memory')
    m.expect(r' greedy#0 failed cause=limit:memory')
    m.expect(r' kernel-ext up ready=5 failed=1 ')
    rings = {re.search(r' dma\.(\d)#1 log text="ring=(\S+)', line).groups()
             for line in m.lines if re.search(r' dma\.\d#1 .*ring=', line)}
    s.check(len(rings) == 2 and len({ring for _, ring in rings}) == 2,
            'two rings at two places', *rings)
    for n in (1, 2):
        s.check(any(re.search(rf' dma\.{n}#1 log text=left=6\d{{6}}', line)
                    for line in m.lines), f'dma.{n} has 6 MiB')
    m.send('kill dma.2')
    m.expect(r' dma.2#2 restart ')
    m.send('start greedy')
    m.expect(r' greedy#0 failed cause=limit:memory')
    witness.unharmed(s, m)
s.forbid(r' dma\.\d#1 log text="not zero"', 'both were clear')
s.forbid(r' dma\.1#2 ', 'the other instance went on')
witness.undisturbed(s)
s.done()
