#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""map-leaks.py for longer: 50,000 times mapped and unmapped, 500 clients and 500
drivers that die with the memory mapped."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task board start-limit=0 restart-max-delay=10ms
task holder=mapper restart=always start-limit=0 restart-max-delay=10ms -- hold
task mapper -- leaks 50000 500
''', seconds=900)
with s.boot() as m:
    m.expect_ktap('mapper')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
