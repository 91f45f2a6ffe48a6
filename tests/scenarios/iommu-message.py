#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the IOMMU does not hold, as docs/iommu.md says: a device that writes an
interrupt message ends the machine; told the same of an address that is memory,
its driver dies and nobody else."""
from harness import Scenario, strays, witness

NMI = 0x400             # a message's data: delivery mode 4
MESSAGES, MEMORY = 0xfee00000, 0x1000000

s = Scenario('', seconds=60)


def image(where):
    return (f'{strays.MACHINE}{strays.EDU}{witness.TASKS}'
            f'task stray -- message {NMI:#x} {where:#x}\n')


with s.boot(image(MEMORY)) as m:
    m.expect(strays.ON)
    m.expect(rf' stray#1 dma-fault addr={MEMORY:#x} access=write ')
    m.expect(r' stray#2 restart cause=dma-fault ')
    witness.unharmed(s, m)
witness.undisturbed(s)
with s.boot(image(MESSAGES), 'message') as m:
    m.expect(strays.ON)
    m.expect(r' stray#1 log text="?message=')
    s.check(m.panics(), 'the kernel panics')
s.forbid(rf' dma-(fault|stray) addr={MESSAGES:#x}', 'no unit has seen it')
s.done()
