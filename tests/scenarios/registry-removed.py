#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that only a dead incarnation had is gone when the next is ready."""
from harness import Scenario

s = Scenario('task crowd provides=one,two -- one first=two\ntask shell')
with s.boot() as m:
    m.expect(r' kernel-ext up ready=2 ')
    m.send('list')
    m.expect(r'^crowd +1\.2 +1 ')
    m.send('devices')
    m.expect_all(r'^one +crowd ', r'^two +crowd ')
    m.send('kill crowd')
    m.expect(r' crowd#2 restart ')
    m.send('read two')
    m.expect(r'^two: no such device')
    m.send('read one')
    m.expect(r'^one: the device cannot do that$')
s.done()
