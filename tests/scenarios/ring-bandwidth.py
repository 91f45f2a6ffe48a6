#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""bandwidth= holds for what is moved by rings, and who waits for it is told when
it may go on; io-ops= leaves one operation to those who send messages."""
from harness import Scenario, witness

s = Scenario('', seconds=40)


def rate(words):
    with s.boot(f'{witness.TASKS}task ramdisk {words} -- 2M\n'
                'task rings needs=ramdisk -- rate\n', words) as m:
        found = m.expect(r' rings#1 log text="KB a second: (\d+)"')
        witness.unharmed(s, m)
        return int(found[1])


for kb in 200, 2000:
    got = rate(f'bandwidth={kb}K')
    s.check(abs(got - kb) <= kb * 0.05, f'bandwidth={kb}K: {got} KB/s',
            'that is not within 5 %')
for words in 'io-ops=1', 'io-ops=4', '-bandwidth':
    got = rate(words)
    s.check(got > 10000, f'{words}: {got} KB/s')
witness.undisturbed(s)
s.done()
