#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kill, hang, stop, start, restart: of one task, while another's client goes on.
What it was told and did not read is not its successor's to obey."""
from harness import Scenario
from harness.witness import REPORT, TASKS, undisturbed, unharmed

STEPS = (
    ('kill die', r' die#1 death cause=operator ', r' die#2 restart '),
    ('hang die', r' die#2 death cause=hang:blocked ', r' die#3 restart '),
    ('stop die', r' die#3 death cause=exit:0 ', r' die#3 stopped '),
    ('start die', r' N die#3 operator command=start by=shell',
     r' die#4 ready '),
    ('restart die', r' die#4 death ', r' die#5 restart '),
    ('hang die', None),
    ('restart die', r' die#5 death cause=operator ', r' die#6 restart '),
    ('status', r'^die +6 ready '),
    ('hang die', None),
    ('stop die', r' die#6 death ', r' die#6 stopped '),
    ('start die', r' die#7 ready '),
    ('status', r'^die +7 ready '),
    ('deaths', r'^ +[\d.]+s die#3 +exit:0 +[\d.]+m?s -$',
     r'^ +[\d.]+s die#5 +operator +[\d.]+m?s [\d.]+[mu]s$',
     r'^ +[\d.]+\ws to +[\d.]+\ws +[1-4]$'),
)

s = Scenario(TASKS + 'task die -- none\ntask shell', 40)
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    m.expect(REPORT)
    for command, *answers in STEPS:
        m.send(command)
        for answer in filter(None, answers):
            m.expect(answer, name=f'{command}: {answer}')
    unharmed(s, m)
undisturbed(s)
s.done()
