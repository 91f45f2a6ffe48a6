#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What any client is told of drivers, and of a device that it may open."""
from harness import Scenario

s = Scenario('task hello cpu=60\ntask rtc\n'
             'task clerk -operator needs=hello -- list\ntask shell', sleep=True)
with s.boot() as m:
    m.expect(r' clerk#1 log text="kill hello"')
    m.send('kill hello')
    m.expect(r' clerk#1 log text=1\.\.')
    m.expect(r' clerk#1 stopped cause=exit:0$')
s.forbid(r' clerk#1 log text="not ok')
s.done()
