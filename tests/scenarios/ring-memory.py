#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring counts as its client's memory, not as its driver's."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task anvil memory=800K
task hammer memory=2M -- memory
''', seconds=40)
with s.boot() as m:
    m.expect_ktap('hammer')
    witness.unharmed(s, m)
s.forbid(r' anvil#\d+ limit ', 'its driver had not too much')
witness.undisturbed(s)
s.done()
