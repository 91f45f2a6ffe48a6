#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A write whose client is gone by the time the driver reads it is not done."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task keeper -- late
''', 60)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator|hang:blocked)', 'knob only dies as told')
witness.undisturbed(s)
s.done()
