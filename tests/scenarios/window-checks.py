#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What may be a window of what, by whom; and what its removal does."""
from harness import Scenario, witness

TASKS = f'{witness.TASKS}task anvil\ntask pane kdev=console restart=no '
s = Scenario('', seconds=40)
with s.boot(f'{TASKS} needs=* -- checks', name='checks') as m:
    m.expect_ktap('pane')
    witness.unharmed(s, m)
with s.boot(f'{TASKS} -- denied', name='denied') as m:
    m.expect_ktap('pane')
    witness.unharmed(s, m)
denied = [line.split(' deny ')[1] for boot in s.boots for line in boot.lines
          if ' pane#1 deny ' in line]
s.check(denied == ['what=name name=hello', 'what=open name=hello',
                   'what=malformed name=name', 'what=open name=w1'],
        'what it may not do is logged', *denied)
witness.undisturbed(s)
s.done()
