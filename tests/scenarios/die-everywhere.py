#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver dies while it is told something: to open, read, close, suspend,
resume, stop, restart.  Each time what it was told still comes about."""
from harness import Scenario, witness

PLACES = ('open', 'read', 'close', 'suspend', 'resume', 'stop', 'always')
DEATH = r' die-{}#1 death cause=exception:bad-access '
STEPS = (
    # The open is asked of the next incarnation, which answers it.
    ('read die-open', DEATH.format('open'), r' die-open#2 restart ', '^2$'),
    # The outcome of a request is unknown; the handle, and a new one, go on.
    ('read die-read', DEATH.format('read'), r'^die-read: ',
     r' die-read#2 restart '),
    ('read die-read', '^2$'),
    ('read die-close', '^1$', DEATH.format('close'), r' die-close#2 restart '),
    ('read die-close', '^2$'),
    # It is suspended, and its successor is told so.
    ('suspend die-suspend', DEATH.format('suspend'), r' die-suspend#2 restart '),
    ('read die-suspend', '^die-suspend: its driver is down$'),
    ('resume die-suspend',),
    ('read die-suspend', '^2$'),
    ('suspend die-resume',),
    ('resume die-resume', DEATH.format('resume'), r' die-resume#2 restart '),
    ('read die-resume', '^2$'),
    # A death is an end, too: it is stopped, not restarted, or the reverse.
    ('stop die-stop', DEATH.format('stop'), r' die-stop#1 stopped '),
    ('start die-stop', r' die-stop#2 ready '),
    ('read die-stop', '^2$'),
    ('restart die-always', r' die-always#1 death cause=exception:bad-access ',
     r' die-always#2 restart '),
    ('stop die-always', r' die-always#2 death cause=exception:bad-access ',
     r' die-always#2 stopped '),
)

s = Scenario(witness.TASKS + ''.join(
    f'task die-{place}=die provides=die-{place} -- null '
    f'in={"stop" if place == "always" else place + " once"}\n'
    for place in PLACES) + 'task shell\n', 60)
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    m.expect(witness.REPORT)
    for command, *answers in STEPS:
        m.send(command)
        if answers:
            m.expect_all(*answers)
    witness.unharmed(s, m)
s.forbid(r' die-(?!always)\S+#[3-9]', 'each died once')
witness.undisturbed(s)
s.done()
