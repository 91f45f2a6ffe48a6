#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A jump to an address that none can be, with a low half of less than a page: the
stock kernel fetches an instruction from that half, and panics; a hardened one
does not look."""
from harness import Scenario, witness

IMAGE = witness.TASKS + 'task die -- low-half after=200\n'

s = Scenario('')
with s.boot(f'hardened=no\n{IMAGE}', 'stock') as m:
    m.expect(r' die#1 ready ')
    said = m.panics()
    s.check('panic' in said, f'the stock kernel: {said}')
with s.boot(f'hardened=yes\n{IMAGE}', 'hardened') as m:
    for n in range(1, 4):
        m.expect(rf' die#{n} death cause=exception:bad-instruction ')
        m.expect(rf' die#{n + 1} restart ')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
