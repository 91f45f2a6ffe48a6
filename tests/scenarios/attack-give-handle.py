#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver gives its clients' handles to another task and crashes: they are
taken back, who had them ends, and the next incarnation serves them."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}
task giver=thief -- giver
task taker=thief needs=giver restart=no -- taker
task victim=thief needs=giver -- victim
''', 40)
with s.boot() as m:
    m.expect_ktap('victim')
    m.expect(r' victim#1 stopped cause=exit:0')
    for line in ' taker#1 death cause=port ', ' giver#2 restart cause=':
        s.check(any(line in seen for seen in m.lines), line.strip())
    witness.unharmed(s, m)
s.forbid(r' log text="not ok', 'the victim has its handle')
witness.undisturbed(s)
s.done()
