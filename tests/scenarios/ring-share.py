#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What one client, one driver, and all together may have of rings: something
is left for others, and what a dead one had is."""
from harness import Scenario, witness

WORDS = 'restart=always start-limit=0 restart-max-delay=10ms -- fill'
s = Scenario('', seconds=40)


def said(m, count):
    """Of so many clients: how many each got, by driver."""
    had = {}
    for _ in range(count):
        found = m.expect(r' log text="rings=(\d+) of=(\S+) then=(\d+)"')
        s.check(found[3] == '6', 'it hears of a shortage', found.string)
        had.setdefault(found[2], []).append(int(found[1]))
    return had


with s.boot(f'''{witness.TASKS}task anvil
task filler=hammer instances=5 {WORDS}
task shell
''', name='driver') as m:
    had = said(m, 5)['anvil']
    s.check(sum(had) == 32, 'the clients of a driver have 32', had)
    s.check(max(had) <= 8, 'none of them more than 8', had)
    m.send('kill filler.1')
    again = said(m, 1)['anvil']
    s.check(again[0] in had, 'one that died has as many again', again)
    witness.unharmed(s, m)
with s.boot(f'''{witness.TASKS}task anvil instances=3
task one=hammer instances=5 needs=anvil.1 {WORDS} anvil.1
task two=hammer instances=5 needs=anvil.2 {WORDS} anvil.2
task three=hammer instances=5 needs=anvil.3 {WORDS} anvil.3
''', name='all') as m:
    had = said(m, 15)
    s.check(sum(sum(each) for each in had.values()) == 64,
            'all together have 64', had)
    s.check(max(sum(each) for each in had.values()) <= 32, 'no driver over 32')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
