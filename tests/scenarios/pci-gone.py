#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that does not stop when its driver dies (it was pulled out): the
task is given up, cannot be started again, and what its device may write to is
nobody else's."""
import re

from harness import Scenario, slot, witness

s = Scenario(f'''
{slot.settler()}
{witness.TASKS}
task shell
''')
with s.boot(qmp=True) as m:
    m.expect(r' kernel-ext up ready=4 ')
    m.qmp('device_del', id='edu')
    m.send('write settler eject')
    m.expect(r' settler#1 log text="?vendor=ffff')
    m.send('kill settler')
    m.expect(r' I settler#1 reset functions=0 why=unquiet')
    m.expect(r' E settler#1 unquiet functions=1 pinned=4K')
    m.expect(r' E settler#1 failed cause=unquiet')
    m.send('start settler')
    m.expect(r' E settler#1 failed cause=unquiet')
    m.send('lspci -v')
    m.expect(rf'^{re.escape(slot.AT)} .* - settler$')
    witness.unharmed(s, m)
s.forbid(r' settler#2 ')
witness.undisturbed(s)
s.done()
