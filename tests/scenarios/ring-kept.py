#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The memory of a ring whose driver's device did not stop (it was pulled out)
is never used again, when its client is gone, too."""
from harness import Scenario, slot, witness

s = Scenario(f'''
{slot.settler()}
{witness.TASKS}
task hammer needs=settler -- kept settler
task shell
''', seconds=40)
with s.boot(qmp=True) as m:
    m.expect(r' hammer#1 log text=made$')
    m.qmp('device_del', id='edu')
    m.send('write settler eject')
    m.expect(r' settler#1 log text="?vendor=ffff')
    m.send('kill settler')
    m.expect(r' E settler#1 unquiet functions=1 ')
    m.expect(r' E settler#1 kept ring=1032K by=hammer$')
    m.expect(r' hammer#1 stopped cause=exit:0')
    m.send('start settler')
    m.expect(r' E settler#1 failed cause=unquiet')
    witness.unharmed(s, m)
s.forbid(r' hammer#1 log text="not ok')
witness.undisturbed(s)
s.done()
