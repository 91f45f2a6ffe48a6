#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A packet filter and its port survive a restart; the right to the port is given
up with the handle, or its receiver."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task keeper -- filter
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator)', 'knob only dies of the kills')
s.forbid(r' (cold|deny) ', 'nothing is refused or dropped')
witness.undisturbed(s)
s.done()
