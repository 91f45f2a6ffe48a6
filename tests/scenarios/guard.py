#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kernel-ext itself crashes, exits, spins or blocks: the guard says so in the
log's form, and ends the machine with status 3."""
from harness import Scenario

WAYS = {
    'crash': ('exception:bad-access', r' pc=0x10[0-9a-f]{6}$'),
    'exit': ('vanished', None),
    'spin': ('hang:spinning', None),
    'block': ('hang:blocked', None),
}

s = Scenario('', seconds=60)
for way, (cause, more) in WAYS.items():
    with s.boot('task hello\n', name=way, without=way) as m:
        m.expect(r' hello#1 ready ')
        m.expect(rf' E guard guard cause={cause}$')
        if more:
            m.expect(rf' E guard guard cause={cause}{more}')
        m.expect_exit(3)
with s.boot('task hello\n', name='alive') as m:
    m.expect(r' hello#1 ready ')
    m.expect_none(r' guard guard ', seconds=3)
s.done()
