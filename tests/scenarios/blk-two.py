#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two disks on one interrupt line, each with its driver: both work at once, and
go on while the other's driver is killed."""
from harness import Scenario, blk, witness

s = Scenario('', seconds=60, sleep=True)
one = blk.make(s.folder / 'one.raw')
two = blk.make(s.folder / 'two.raw')
DEATHS = 20
with s.boot(f'''
{blk.qemu(one, 'one', device=',addr=4')}
{blk.qemu(two, 'two', device=',addr=8')}
{witness.TASKS}
task virtio-blk pci=00:04.0
task vdb=virtio-blk pci=00:08.0 provides=vdb start-limit=0 restart-delay=0 -- vdb
task blkio -- rpc vda load vdb {DEATHS}
task blkio2=blkio needs=vdb -- rpc vdb load vdb {DEATHS}
task killer -- vdb {DEATHS} 1 100
''') as m:
    ends = m.expect_all(r' blkio#1 log text="requests=\d+ again=0 sum=(\d+) good"',
                        r' blkio2#1 log text="requests=\d+ again=\d+ sum=(\d+) '
                        r'good"')
    witness.unharmed(s, m)
blk.check_sum(s, one, int(ends[0][1]))
blk.check_sum(s, two, int(ends[1][1]))
s.forbid(r' virtio-blk#[2-9]', 'the other driver was not restarted')
witness.undisturbed(s)
s.done()
