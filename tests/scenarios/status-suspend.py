#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Suspended: clients get D_DEVICE_DOWN, through a restart, too, until it is
resumed; and commands that make no sense are refused."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task keeper -- suspend
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator|exit:0)', 'it only dies as told')
witness.undisturbed(s)
s.done()
