#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A request that kills its driver is run once more where the class of the device
says so, and then given up; one that a driver drops is not run again."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task model start-limit=0 restart-delay=50ms
task customer -- rules
''', seconds=60)
with s.boot() as m:
    m.expect_ktap('customer')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
