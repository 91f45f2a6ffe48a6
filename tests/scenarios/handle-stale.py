#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a driver was told and did not read is not told to the next incarnation:
an open comes once, and a stop ends only the one that it was for."""
from harness import Scenario
from harness.witness import TASKS, undisturbed, unharmed

STEPS = (
    ('hang knob', r' knob#1 operator command=hang by=shell$'),
    ('read knob 3', r'^knob: no answer$'),
    ('kill knob', r' knob#2 restart cause=operator '),
    ('read knob 3', r'^kkk$'),
    ('hang knob', r' knob#2 operator command=hang by=shell$'),
    ('stop knob', r' knob#2 stopped '),
    ('start knob', r' knob#3 ready '),
    ('read knob 3', r'^kkk$'),
)

s = Scenario(TASKS + 'task knob watchdog=0 start-limit=0\ntask shell', 40)
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    for command, answer in STEPS:
        m.send(command)
        m.expect(answer, name=f'{command}: {answer}')
    unharmed(s, m)
s.forbid(r' knob#\d+ deny ', 'one open, one answer')
s.forbid(r' knob#3 death ', 'it is not stopped again')
undisturbed(s)
s.done()
