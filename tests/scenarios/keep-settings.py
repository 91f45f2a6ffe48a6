#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What handles were told is told to the next incarnation: each its own, in the
order in which it was told, but no action; a failure is that handle's alone."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task keeper -- settings
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator)', 'knob only dies of the kills')
s.forbid(r' (cold|deny) ', 'nothing is refused or dropped')
witness.undisturbed(s)
s.done()
