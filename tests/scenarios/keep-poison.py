#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a handle was told kills the driver when it is told again: after the
second time it is dropped, and only that of this handle."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task keeper -- poison
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    for line in (' knob#2 death cause=exception:bad-access ',
                 ' knob#3 death cause=exception:bad-access ',
                 ' W knob#3 cold name=knob by=keeper', ' knob#4 restart '):
        s.check(any(line in seen for seen in m.lines), line.strip())
    witness.unharmed(s, m)
s.forbid(r' knob#(?!3)\d+ cold ', 'one is dropped')
s.forbid(r' knob#[45] death cause=(?!operator)', 'it kills no third time')
witness.undisturbed(s)
s.done()
