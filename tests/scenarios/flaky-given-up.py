#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""flaky breaks in another way each time, and is given up at its start limit."""
from harness import Scenario, witness

s = Scenario(witness.TASKS + 'task flaky\n', seconds=40)
with s.boot() as m:
    m.expect(r' flaky#1 death cause=exception:bad-access ')
    m.expect(r' flaky#2 restart cause=exception:bad-access ')
    m.expect(r' flaky#2 death cause=hang:spinning ')
    m.expect(r' flaky#3 death cause=exception:arithmetic ')
    m.expect(r' flaky#4 death cause=exception:abort ')
    m.expect(r' flaky#5 death cause=exception:bad-instruction ')
    m.expect(r' flaky#6 death cause=exit:1 ')
    m.expect(r' flaky#6 failed cause=exit:1')
    witness.unharmed(s, m)
s.forbid(r' flaky#7 ', 'there is no seventh')
witness.undisturbed(s)
s.done()
