#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A PCI function is granted whole: its BARs and configuration space to its
owner, nothing of it to others.  It transfers by itself once its driver said so,
and no more when that is dead, or no driver any more; an interrupt that its
driver gave up is nobody's fault."""
from harness import Scenario, witness

s = Scenario(f'''
qemu -device edu,dma_mask=0xffffffff
{witness.TASKS}
task pci
''')
with s.boot() as m:
    m.expect_ktap('pci')
    m.expect(r' pci#1 death cause=exception:abort')
    m.expect_ktap('pci')
    m.expect(r' pci#2 stopped cause=exit:0')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
