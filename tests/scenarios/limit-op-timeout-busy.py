#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""op-timeout= of a driver that is well: requests wait longer than that for
their turn, and for bandwidth that was used."""
from harness import Scenario, witness

s = Scenario('', seconds=20)
with s.boot(f'{witness.TASKS}task slow op-timeout=200ms io-ops=1\n'
            'task rush=build/tasks/slow/rush instances=6 needs=slow '
            'restart=no -- writes 6 100', 'turns') as m:
    found = m.expect_all(*[
        rf' rush\.{n}#1 log text="answered=6 of 6 in (\d+)ms'
        for n in range(1, 7)])
    s.check(all(int(f[1]) > 6 * 400 for f in found),
            f'a write waits for {int(found[0][1]) // 6} ms, 200 are allowed')
    witness.unharmed(s, m)
with s.boot(f'{witness.TASKS}task slow op-timeout=200ms bandwidth=100K\n'
            'task rush=build/tasks/slow/rush needs=slow restart=no '
            '-- rate 100000 4', 'bandwidth') as m:
    m.expect(r' rush#1 log text="\d+ bytes .* KB/s"')
    witness.unharmed(s, m)
s.forbid(r' slow#1 death ', 'it is not replaced')
witness.undisturbed(s)
s.done()
