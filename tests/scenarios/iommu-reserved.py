#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that the firmware reserves for a function: the function reaches it, the
log says so; another does not, nor does anybody RAM that the firmware calls
reserved.  --iommu=require is content."""
from harness import Scenario, dmar, strays

FIRST, LAST = 0xec000, 0xecfff
s = Scenario('', seconds=40)
TASKS = (f'{strays.EDU}qemu -device edu,addr=5,dma_mask=0xffffffff\n'
         f'task field={strays.FOLDER}/field dma=1M\n'
         'kernel-ext --iommu=require\n'
         f'task stray -pci pci=%s needs=field -- random 2 {FIRST + 0x100:#x}\n')


def image(name, slot, first, last):
    path = s.folder / f'{name}.table'
    path.write_bytes(dmar.table(dmar.unit(), dmar.region(
        first, last, dmar.scope((4, 0)))))
    return dmar.OURS % path + TASKS % slot


with s.boot(image('its', '00:04.0', FIRST, LAST), 'its') as m:
    m.expect(rf' W kernel-ext reserved first={FIRST:#x} last={LAST:#x} '
             'source=00:04.0')
    m.expect(strays.ON)
    m.expect(r' stray#1 log text="attempts=2 through=2 ')
s.forbid(r' stray#1 (death|dma-fault) ')
with s.boot(image('others', '00:05.0', FIRST, LAST), 'others') as m:
    m.expect(strays.ON)
    m.expect(rf' stray#1 dma-fault addr={FIRST:#x} access=write '
             'reason=not-writable source=00:05.0')
with s.boot(image('ram', '00:04.0', 0x1000000, 0x10fffff), 'ram') as m:
    m.expect(r' E kernel-ext reserved first=0x1000000 last=0x10fffff '
             'why="it is RAM, or too large"')
    m.expect(strays.ON)
    m.expect(r' kernel-ext up ')
s.done()
