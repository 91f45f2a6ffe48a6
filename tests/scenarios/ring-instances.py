#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two drivers of one line and one program: each has its own client's ring."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task anvil instances=2
task hammer needs=anvil.1,anvil.2 -- instances
''', seconds=40)
with s.boot() as m:
    m.expect_ktap('hammer')
    witness.unharmed(s, m)
s.forbid(r' anvil.2#[2-9] ', 'only one died')
witness.undisturbed(s)
s.done()
