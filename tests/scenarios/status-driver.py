#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each driver_status_t is seen: running, idle, busy, error, suspended,
recovering; and the driver cannot lie about those that are not its own."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0 restart-delay=500ms
task keeper -- status
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator)', 'it only dies as told')
witness.undisturbed(s)
s.done()
