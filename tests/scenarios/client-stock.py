#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client with Mach's own stubs uses a driver before its deaths, after them
and while it is dead, on the same handles."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task model restart-delay=200ms start-limit=0
task stock
''', seconds=60)
with s.boot() as m:
    m.expect_ktap('stock')
    m.expect(r' stock#1 stopped cause=exit:0')
    witness.unharmed(s, m)
s.forbid(r' model#\d+ death cause=(?!exception:bad-access)',
         'the driver died of the requests only')
s.forbid(r' model#\d+ deny ', 'and did nothing that it may not')
witness.undisturbed(s)
s.done()
