#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The traps that any task can panic the stock kernel with, and a hardened one,
which answers them as it answers a trap that it has not."""
from harness import Scenario, witness

IMAGE = witness.TASKS + 'task hostile -- trap-'

s = Scenario(IMAGE + 'print', seconds=60)
for attack in ('print', 'state'):
    with s.boot(IMAGE + attack, name=f'stock-{attack}') as m:
        m.expect(r' hostile#1 log text="ok 1 ', name='it runs')
        said = m.panics()
        s.check('panic' in said, f'the stock kernel: {said}')
with s.boot(IMAGE + 'write', name='stock-write') as m:
    # Without a device of the kernel's own it only fails in its own way.
    m.expect_count(r' hostile#1 log text="not ok ', 2)
for attack in ('print', 'state', 'write'):
    with s.boot(f'hardened=yes\n{IMAGE}{attack}', name=attack) as m:
        m.expect_ktap('hostile')
        witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
