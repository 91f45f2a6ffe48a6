#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The traps that any task can panic the stock kernel with, and a hardened one,
which answers them as it answers a trap that it has not.  All other traps, with
wild arguments, harm neither."""
from harness import Scenario, witness

IMAGE = witness.TASKS + 'task hostile -- '

s = Scenario('', seconds=60)
for attack in ('trap-print', 'trap-state', 'null-send', 'null-receive',
               'no-receive', 'flag-nested', 'flag-trace'):
    with s.boot(f'hardened=no\n{IMAGE}{attack}', f'stock-{attack}') as m:
        m.expect(r' hostile#1 log text="ok 1 ', name='it runs')
        said = m.panics()
        s.check('panic' in said or 'Assertion' in said, f'the stock kernel: {said}')
with s.boot(f'hardened=no\n{IMAGE}trap-write', 'stock-write') as m:
    # Without a device of the kernel's own it only fails in its own way.
    m.expect_count(r' hostile#1 log text="not ok ', 2)
with s.boot(f'hardened=yes\n{IMAGE}traps-gone', 'hardened') as m:
    m.expect_ktap('hostile')
    witness.unharmed(s, m)
with s.boot(f'hardened=yes\n{IMAGE}flag-trace', 'hardened-trace') as m:
    m.expect(r' hostile#1 death cause=exception:', name='it dies itself of tracing')
    witness.unharmed(s, m)
with s.boot(f'{IMAGE}traps-all\ntask beyond=hostile -ioports -irq -mmio '
            '-- trap-beyond\n', 'all') as m:
    m.expect_ktap('hostile')
    witness.unharmed(s, m)
    s.check(any(' beyond#1 death cause=exception:' in line
                for line in m.lines), 'one past the table is a death')
witness.undisturbed(s)
s.done()
