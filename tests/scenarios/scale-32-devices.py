#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""32 devices on one driver, also after a restart; the 33rd is refused."""
from harness import Scenario

NAMES = [f'd{n}' for n in range(1, 33)]

s = Scenario(f'task many=crowd provides={",".join(NAMES)} '
             f'-- {" ".join(NAMES)} many\ntask shell\n')
with s.boot() as m:
    m.expect(r' many#1 log text="add many: 3"$')
    m.expect(r' kernel-ext up ready=2 ')
    for again in False, True:
        if again:
            m.send('kill many')
            m.expect(r' many#2 log text="add many: 3"$')
            m.expect(r' many#2 restart ')
        m.send('devices')
        for name in NAMES:
            m.expect(rf'^{name} +many ')
s.forbid(r'^many +many ', 'the 33rd is not there')
s.done()
