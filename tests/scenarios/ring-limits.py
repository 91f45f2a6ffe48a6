#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rings that are not to be had, beside those that are."""
from harness import Scenario, witness

s = Scenario(f'''{witness.TASKS}task anvil
task hammer -- limits
''', seconds=40)
with s.boot() as m:
    m.expect_ktap('hammer')
    m.expect(r' hammer#1 stopped ')
    witness.unharmed(s, m)
denied = [line.partition(' deny ')[2] for line in m.lines
          if ' hammer#1 deny ' in line]
s.check('what=open name=hello' in denied and set(denied) ==
        {'what=open name=hello', 'what=rings'},
        'what is not in needs=, and a ring too many, are logged', *denied)
witness.undisturbed(s)
s.done()
