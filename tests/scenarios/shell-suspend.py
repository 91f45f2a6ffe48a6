#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""suspend and resume from the shell: what status says, what clients get, and
where the commands make no sense."""
from harness import Scenario
from harness.witness import TASKS, undisturbed, unharmed

STEPS = (
    ('status knob', r'^  status      running idle$'),
    ('resume knob', r'^resume knob: not in this state$'),
    ('suspend knob', r' N knob#1 operator command=suspend by=shell$'),
    ('status', r'^knob +1 suspended '),
    ('status knob', r'^  status      running idle suspended$'),
    ('read knob', r'^knob: its driver is down$'),
    ('suspend knob', r'^suspend knob: not in this state$'),
    ('kill knob', r' knob#2 restart cause=operator '),
    ('status', r'^knob +2 suspended '),
    ('resume knob', r' N knob#2 operator command=resume by=shell$'),
    ('read knob 3', r'^kkk$'),
    ('status', r'^knob +2 ready '),
    ('stop knob', r' knob#2 stopped '),
    ('suspend knob', r'^suspend knob: not in this state$'),
    ('status knob', r'^  status      -$'),
    ('suspend shell', r'^suspend shell: not in this state$'),
    ('suspend nobody', r'^suspend: no task nobody; status lists them$'),
)

s = Scenario(TASKS + 'task knob\ntask shell', 40)
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    m.expect(r' caller#1 log text="calls=')   # the first heartbeats are over
    for command, answer in STEPS:
        m.send(command)
        m.expect(answer, name=f'{command}: {answer}')
    unharmed(s, m)
undisturbed(s)
s.done()
