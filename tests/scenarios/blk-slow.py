#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk that takes half a second for each request holds up its own client
only: not the disk on the same interrupt line, nor another driver's client, nor
its own driver's watchdog, which is shorter; nor the end of its driver."""
from harness import Scenario, blk, witness

s = Scenario('', seconds=60, sleep=True)
slow = blk.make(s.folder / 'slow.raw')
fast = blk.make(s.folder / 'fast.raw')
with s.boot(f'''
{blk.qemu(slow, 'slow', ',throttling.iops-total=2', ',addr=4')}
{blk.qemu(fast, 'fast', device=',addr=8')}
{witness.TASKS}
task virtio-blk pci=00:04.0 watchdog=200ms
task vdb=virtio-blk pci=00:08.0 provides=vdb -- vdb
task waits=blkio -- rpc vda load virtio-blk 9
task waits2=blkio -- ring vda load virtio-blk 9
task blkio needs=vdb -- ring vdb io
task shell
''') as m:
    m.expect(r' blkio#1 stopped cause=exit:0', name='the other disk is done')
    witness.unharmed(s, m)
    s.check(not any(' waits#1 stopped' in line or ' waits2#1 stopped' in line
                    for line in m.lines), 'the slow one is not')
    s.check(not any(' virtio-blk#1 death' in line for line in m.lines),
            'its driver lives')
    m.send('kill virtio-blk')
    m.expect(r' virtio-blk#2 restart cause=operator outage=(\d+)us')
    m.send('read vda')
    m.expect('vda: ', name='and serves again')
    witness.unharmed(s, m)
s.forbid(r' (vdb|waits|waits2|blkio)#1 (error|crash|deny) ', 'nobody is blamed')
blk.check_io(s, fast)
witness.undisturbed(s)
s.done()
