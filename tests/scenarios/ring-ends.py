#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hundred rings made and destroyed, clients that die with theirs and with
a right to its handle left elsewhere, drivers that do: as many ports and free
pages as before; but not before the driver is done with it."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task anvil
task holder=hammer restart=always start-limit=0 restart-max-delay=10ms -- hold
task hammer -- ends
''', seconds=60)
with s.boot() as m:
    m.expect_ktap('hammer')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
