#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a client has mapped of its driver's memory is the same memory, with
what was written there, after the driver was killed."""
from harness import Scenario, witness

s = Scenario(f'{witness.TASKS}task board\ntask mapper -- kept\n')
with s.boot() as m:
    m.expect_ktap('mapper')
    witness.unharmed(s, m)
s.forbid(r' board#\d+ death cause=(?!operator)', 'it died of the kills only')
s.forbid(r' mapper#1 deny ', 'nothing was refused')
witness.undisturbed(s)
s.done()
