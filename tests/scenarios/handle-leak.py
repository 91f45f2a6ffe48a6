#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Four clients with fifty handles each are killed in the middle of an open, a
read, a write and many reads, time and again: nothing of it is left."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
task knob start-limit=0
task open=leaker start-limit=0 -- open
task read=leaker start-limit=0 -- read
task write=leaker start-limit=0 -- write
task many=leaker start-limit=0 -- many
task keeper -- leak
''', 60)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' knob#\d+ death cause=(?!operator)', 'knob only dies as told')
witness.undisturbed(s)
s.done()
