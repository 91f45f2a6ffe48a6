#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""bandwidth=: so many bytes a second, read and written, however they are
cut."""
from harness import Scenario, witness

s = Scenario('', seconds=20)


def rate(words, size, seconds=4):
    with s.boot(f'{witness.TASKS}task slow {words}\n'
                'task rush=build/tasks/slow/rush needs=slow restart=no '
                f'-- rate {size} {seconds}', f'{words}-{size}') as m:
        found = m.expect(r' rush#1 log text="\d+ bytes .* are (\d+) KB/s"')
        witness.unharmed(s, m)
        return int(found[1])


for kb, size, seconds in (100, 100, 4), (1000, 4000, 4), (100, 100000, 8):
    got = rate(f'bandwidth={kb}K', size, seconds)
    s.check(abs(got - kb) <= kb * 0.05,
            f'bandwidth={kb}K, {size} bytes a time: {got} KB/s',
            'that is not within 5 %')
free = rate('-bandwidth', 4000, 1)
s.check(free > 5000, f'without a limit: {free} KB/s')
witness.undisturbed(s)
s.done()
