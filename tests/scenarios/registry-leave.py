#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver unregisters: its device is gone, and its client gets an error; it
registers again."""
from harness import Scenario

s = Scenario('task crowd\ntask clerk -- leave')
with s.boot() as m:
    m.expect_ktap('clerk')
s.forbid(r' crowd#\d+ (death|deny) ')
s.done()
