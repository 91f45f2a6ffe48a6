#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A hundred tasks die at once: each is restarted, and the machine goes on."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task many=die instances=100 start-limit=0 watchdog=2s -- null after=300 once
''', seconds=120, icount=2)
with s.boot() as m:
    m.expect_count(r' many\.\d+#2 restart cause=exception:bad-access ', 100)
    witness.unharmed(s, m, slowest=3_000_000)
s.forbid(r' halt ')
s.forbid(r' many\.\d+#3 ', 'each died once')
witness.undisturbed(s)
s.done()
