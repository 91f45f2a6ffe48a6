#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client that writes the driver's page, or looks for another's ring, dies of
it; its own it could use."""
from harness import Scenario, witness

s = Scenario('', seconds=40)
for what, last in ('write', r'theirs=1'), ('foreign', r'mine=7'):
    with s.boot(f'''{witness.TASKS}task anvil
task holder=hammer -- hold
task hammer needs=anvil -- {what}
''', name=what) as m:
        m.expect_all(r' holder#1 log text=held$',
                     rf' hammer#1 log text="?{last}"?$')
        m.expect(r' hammer#1 death cause=exception:bad-access ')
        witness.unharmed(s, m)
s.forbid('no fault', 'none went on')
s.forbid(r' (holder|anvil)#1 death ', 'nobody else died')
witness.undisturbed(s)
s.done()
