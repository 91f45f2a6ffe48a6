#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""halt ends the machine with its status and a line of figures for each task; reboot
starts it again."""
from harness import Scenario

s = Scenario('task hello\ntask shell')
for status in (0, 3):
    with s.boot(name=f'halt-{status}') as m:
        m.expect(r' kernel-ext up ')
        m.send(f'halt {status or ""}')
        for task in ('hello', 'shell'):
            m.expect(rf' {task}#1 stats starts=1 deaths=0 ')
        m.expect(rf' N kernel-ext halt how=halt status={status}$')
        m.expect_exit(status)
with s.boot(name='reboot') as m:
    m.expect(r' kernel-ext up ')
    m.send('reboot')
    m.expect(r' N kernel-ext halt how=reboot ')
    m.expect_exit(0)    # tests run with -no-reboot
s.done()
