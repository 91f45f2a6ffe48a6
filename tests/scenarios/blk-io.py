#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtio disk by Mach's requests and by a ring: its size, every operation,
every error; the host looks at the disk afterwards."""
from harness import Scenario, blk, witness

s = Scenario('')
for way in 'rpc', 'ring':
    image = blk.make(s.folder / f'{way}.raw')
    with s.boot(f'''
{blk.qemu(image, device=',cyls=16,heads=16,secs=63')}
{witness.TASKS}
task virtio-blk
task blkio -- {way} vda io
''', way) as m:
        m.expect(r' blkio#1 log text="records=2048 of 512 ro=0 cache=1 '
                 r'chs=16/16/63"', name='size and geometry')
        m.expect_ktap('blkio')
        witness.unharmed(s, m)
    blk.check_io(s, image)
witness.undisturbed(s)
s.done()
