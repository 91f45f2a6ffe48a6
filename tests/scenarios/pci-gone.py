#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that does not stop when its driver dies (it was pulled out): the
task is given up, cannot be started again, and what its device may write to is
nobody else's."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -device edu,id=edu,addr=4
{witness.TASKS}
task settler -pci pci=1234:11e8 ioports=0xae08-0xae13
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
    m.expect(r'^00:04\.0 .* - settler$')
    witness.unharmed(s, m)
s.forbid(r' settler#2 ')
witness.undisturbed(s)
s.done()
