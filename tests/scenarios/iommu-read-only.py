#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A buffer that a client lent for its device to read: the IOMMU does not let the
device write there; it does where kernel-ext has not said so."""
from harness import Scenario, strays, witness

s = Scenario(f'''{strays.MACHINE}{strays.EDU}{witness.TASKS}
task stray
task lender={strays.FOLDER}/lender needs=stray restart=no -- 1 write
''', seconds=60)
with s.boot() as m:
    m.expect(strays.ON)
    m.expect_all(r' stray#1 dma-fault .* access=write reason=not-writable ',
                 r' lender#1 log text="written=0: ')
    witness.unharmed(s, m)
with s.boot(name='without', without='read-only') as m:
    m.expect(r' lender#1 log text="written=1: ')
witness.undisturbed(s)
s.done()
