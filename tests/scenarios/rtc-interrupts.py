#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The clock's periodic interrupt and its alarm, held against the kernel's time."""
from harness import Scenario, witness

s = Scenario(witness.TASKS + 'task rtc\ntask ticker\n', seconds=40)
with s.boot() as m:
    m.expect_ktap('ticker')
    witness.unharmed(s, m)
s.forbid(r' rtc#[2-9] ', 'rtc was never restarted')
witness.undisturbed(s)
s.done()
