#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring is mapped in both with their protections, outlives its driver with
what is in it, and ends when its client lets go of it."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task anvil
task hammer -- life
''', seconds=40)
with s.boot() as m:
    m.expect_ktap('hammer')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
