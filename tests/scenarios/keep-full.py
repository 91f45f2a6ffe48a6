#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A handle keeps 64 words, a client 32 handles with some; past that it is told so,
and what is closed makes room."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task keeper -- full
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator)', 'knob only dies of the kills')
s.forbid(r' (cold|deny) ', 'nothing is refused or dropped')
witness.undisturbed(s)
s.done()
