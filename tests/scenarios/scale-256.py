#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""256 drivers from four lines: each opens, the 256th registers as fast as the
first, and the 257th has to wait for a place."""
from harness import Scenario

LINES = ''.join(f'task {name}=crowd instances=64\n' for name in 'abcd')

s = Scenario(f'{LINES}task late=crowd restart=no needs=d.64\n'
             'task clerk -- crowd a 64 b 64 c 64 d 64\ntask shell\n',
             seconds=60, icount=0)
with s.boot() as m:
    m.expect(r' kernel-ext boot .* tasks=259 refused=0 ')
    m.expect(r' late#1 log text="register: 3"$')
    m.expect(r' late#1 failed cause=exit:1$')
    m.expect(r' kernel-ext up ready=258 failed=1 ')
    m.expect_ktap('clerk')
    # A place is free when somebody stops or has ended for good.
    m.send('start late')
    m.expect(r' late#2 failed cause=exit:1$')
    m.send('stop c.7')
    m.expect(r' c.7#2 stopped cause=exit:0$')
    m.send('start late')
    m.expect(r' late#3 ready ')
    m.send('start c.7')
    m.expect(r' c.7#3 log text="register: 3"$')
    m.send('kill late')
    m.expect_all(r' late#3 stopped cause=operator$', r' c.7#\d+ restart ')
s.forbid(r' (?!c.7#)[abcd]\.\d+#\d+ (deny|log|failed|restart) ',
         'none of the 256 has trouble')
s.done()
