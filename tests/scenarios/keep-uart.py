#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The line speed that a client set survives a restart of uart, which does
nothing for it."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
{witness.TASKS}
task uart
task keeper -- uart
''', 40)
with s.boot() as m:
    m.expect_ktap('keeper')
    witness.unharmed(s, m)
s.forbid(r' uart#\d+ death cause=(?!operator)', 'it only dies as told')
witness.undisturbed(s)
s.done()
