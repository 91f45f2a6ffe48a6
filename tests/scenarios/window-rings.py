#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may open a window has a part of a device which he may not open, at that
device's driver; the window's own may die meanwhile."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task anvil
task pane provides=pane,w1,w3 -- w1=anvil:100:50 w3=anvil:0:1
task lens=pane provides=lens,w2 needs=w1 -- w2=w1:10:20
task hammer needs=w1,w2 -- windows
''', seconds=40)
with s.boot() as m:
    m.expect_ktap('hammer')
    m.expect(r' hammer#1 stopped ')
    witness.unharmed(s, m)
s.check(any(' anvil#1 log text="open first=110 count=20"' in line
            for line in m.lines), 'what is no ring gets the same part')
denied = [line.split(' deny ')[1] for line in m.lines if ' hammer#1 deny ' in line]
s.check(denied == ['what=open name=anvil', 'what=open name=w3'],
        'what is not in needs= is logged', *denied)
witness.undisturbed(s)
s.done()
