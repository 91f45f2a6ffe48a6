#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The clock: its time, through the shell; its death; its time again."""
from harness import Scenario, witness

s = Scenario(witness.TASKS + 'task rtc\ntask shell\n', sleep=True)
with s.boot() as m:
    m.expect(r' rtc#1 ready ')
    m.expect_prompt(r'> $')
    m.send('read rtc')
    m.expect(r'^2026-01-01 00:00:\d\d$')
    m.send('kill rtc')
    m.expect(r' rtc#2 restart cause=operator ')
    m.send('read rtc')
    m.expect(r'^2026-01-01 00:0\d:\d\d$')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
