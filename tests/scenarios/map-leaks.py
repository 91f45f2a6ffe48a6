#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A thousand times mapped and unmapped, clients that die with the memory
mapped, drivers that do: as many ports and free pages as before."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task board start-limit=0 restart-max-delay=10ms
task holder=mapper restart=always start-limit=0 restart-max-delay=10ms -- hold
task mapper -- leaks
''', seconds=40)
with s.boot() as m:
    m.expect_ktap('mapper')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
