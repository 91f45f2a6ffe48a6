#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that strays without an end is stopped at the first look, its driver
dies of it, and nobody else notices: not even a driver that reads its own disk
meanwhile."""
from harness import Scenario, blk, strays, witness

s = Scenario('', seconds=60)
image = blk.make(s.folder / 'disk.raw')
with s.boot(f'''{strays.MACHINE}
qemu -device e1000,addr=4
{blk.qemu(image, device=',addr=5,iommu_platform=on')}
{witness.TASKS}
task virtio-blk
task blkio -- ring vda io
task flood={strays.FOLDER}/flood pci=00:04.0 dma=4K restart-delay=0 \
    start-limit=3/10s -- 0x1000000
''') as m:
    m.expect_all(*(rf' flood#{run} death cause=dma-fault ran=\d+ms'
                   for run in (1, 2, 3, 4)), r' flood#4 failed cause=dma-fault',
                 r' blkio#1 stopped cause=exit:0')
    lines = [t for t in m.lines if ' dma-' in t]
    s.check(4 <= len(lines) <= 8 and all(
        ' addr=0x1000000 access=read ' in t or 'reason=overflow' in t
        for t in lines), f'{len(lines)} lines tell of it', *lines[:10])
    witness.unharmed(s, m)
blk.check_io(s, image)
s.forbid(r' (virtio-blk|blkio)#\d+ (death|error|dma-fault) (?!cause=exit:0)',
         'the disk was not disturbed')
s.forbid(r' flood#\d+ death cause=(?!dma-fault)', 'it died of nothing else')
witness.undisturbed(s)
s.done()
