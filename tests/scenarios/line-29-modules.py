#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""29 modules boot; the kernel dies of a 30th (tests/host/builder.py)."""
from harness import Scenario, witness

N = 29 - 2 - 2  # kernel-ext and guard, hello and caller

s = Scenario(witness.TASKS + ''.join(
    f'task t{n}=die -- none\n' for n in range(N)), seconds=40, grub=True)
with s.boot() as m:
    m.expect(r' kernel-ext boot modules=29 .* refused=0 ignored=0 ')
    m.expect_all(*(rf' t{n}#1 ready ' for n in range(N)))
    m.expect(r' N kernel-ext up ')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
