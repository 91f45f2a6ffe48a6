#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each function of the driver API does what its header says: with good
arguments and with bad ones, by itself and as a client sees it."""
from harness import Scenario

s = Scenario('''
task hello
task api
task client=build/tasks/api/client needs=* restart=no
task fails=build/tasks/api/api restart=no -- init-fails
task absent=build/tasks/api/api restart=always -- init-absent
''', 40)
with s.boot() as m:
    m.expect_all(r' fails#1 death cause=exit:1 ',
                 r' absent#1 failed cause=exit:69')
    m.expect_ktap('client')
    m.expect(r' client#1 death cause=exit:0')
text = '\n'.join(m.lines)
for line in (' W api#1 deny what=capability name=pci',
             ' W api#1 deny what=capability name=dma',
             ' W api#1 deny what=limit name=memory',
             ' W api#1 deny what=name name=hello',
             ' W api#1 error code=7 text="a test\'s error"',
             ' W api#1 error code=8 ',
             ' W api#1 error code=9 text=reported',
             ' I api#1 log text="a level that there is not is info"',
             ' api#1 stopped cause=exit:0'):
    s.check(line in text, f'the log has{line}')
for name in ('what is no driver', 'registration', 'limits', 'memory',
             'devices', 'interrupts', 'the loop', 'callbacks'):
    s.check(f'- {name}: ' in text, f'checked: {name}')
s.forbid(r' api#1 log text="not ok', 'each group of checks passes')
s.forbid(r' absent#2 ', 'what is absent is not started again')
s.done()
