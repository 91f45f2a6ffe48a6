#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the shell shows, and what it says to mistakes."""
from harness import Scenario

ANSWERS = (
    ('help', r'^  status +\[TASK\] '),
    ('status', r'^hello +1 ready +[\d.]+\w+ +0 .* -$'),
    ('status rtc', r'^rtc#1 ready$'),
    ('status rtc', r'^  is +char,irq$'),
    ('status hello', r'^  limits +cpu=60%$'),
    ('list', r'^hello +1\.0 +1 +\d+K +\d+% +0 +0 +\d+us +0 char$'),
    ('devices', r'^hello +hello +0$'),
    ('grants rtc', r'^ioports=0x70-0x71$'),
    ('grants rtc', r'^irq=8$'),
    ('read hello', r'^hello, world$'),
    ('read hello 5', r'^hello$'),
    ('write hello other words', r'> '),
    ('read hello 20', r'^other words$'),
    ('read rtc', r'^2026-01-01 \d\d:\d\d:\d\d$'),
    ('', '> '),
    ('frob', r'^frob: no such command; help lists them$'),
    ('kill', r'^usage: kill TASK$'),
    ('kill hello rtc', r'^usage: kill TASK$'),
    ('kill nobody', r'^kill: no task nobody; status lists them$'),
    ('status nobody', r'^status: no task nobody'),
    ('read nothing', r'^nothing: no such device; devices lists them$'),
    ('read hello 0', r'^read: how many bytes, 1 to \d+\? not 0$'),
    ('read hello many', r'^read: how many bytes, 1 to \d+\? not many$'),
    ('log loud', r'^log: error, warning, info or debug\? not loud$'),
)

s = Scenario('task hello cpu=60\ntask rtc\ntask shell')
with s.boot() as m:
    m.expect(r' kernel-ext up ready=3 ')
    m.expect_prompt('> $')
    for command, answer in ANSWERS:
        m.send(command)
        m.expect(answer, 5, name=f'{command or "nothing"}: {answer}',
                 partial=True)
s.forbid(r'\] . \S+#\d+ (death|deny) ')
s.done()
