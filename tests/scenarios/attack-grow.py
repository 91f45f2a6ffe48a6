#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that fills the kernel's memory, which no figure shows: with ports, and
with messages that are one page again and again.  It ends, and not the task that
has more memory of its own.  Its end is long, at the pace of this guest."""
from harness import Scenario, witness

s = Scenario('', seconds=120, allow=[r'^vm_page warning: '])
for attack in 'messages', 'ports':
    with s.boot(f'''{witness.SMALL}
{witness.TASKS}
task large=greedy restart=no -- touch 20
task hostile -- grow-{attack}
''', attack) as m:
        m.expect(r' E kernel-ext memory free=\d+M victim=hostile$')
        m.expect(r' hostile#1 death cause=limit:memory ')
        m.expect(r' hostile#1 crash ', name='it is over')
        witness.unharmed(s, m, slowest=20_000_000)
        s.check(any(' large#1 log text="has touched 20M"' in line
                    for line in m.lines), 'another has more in its map')
s.forbid(r' victim=(?!hostile)', 'nobody else is chosen')
s.forbid(r' large#1 death', 'nor ends')
witness.undisturbed(s, '')
s.done()
