#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rate of periodic interrupts that a client set survives a restart of rtc."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task rtc
task keeper -- rtc
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' rtc#\d+ death cause=(?!operator)', 'it only dies as told')
witness.undisturbed(s)
s.done()
