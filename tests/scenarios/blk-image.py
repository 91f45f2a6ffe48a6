#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole disk: its SHA-256 by Mach's requests and by ring, also while its
driver is killed; what is written and copied the host finds, byte for byte."""
import shutil

from harness import Scenario, blk, sums, tables, witness

KILLS, LAST = 60, tables.WAYS[-1]
s = Scenario('', seconds=120, sleep=True)
disk, want = s.folder / 'disk.raw', s.folder / 'want.raw'
before = tables.make(disk, 4096).read_bytes()
shutil.copy(disk, want)
tables.put(want, 100 * 512, sums.sequence(31, 1000 * 512))
tables.put(want, 2000 * 512, tables.get(want, 50, 1500))
after = want.read_bytes()
words = (f'vda {LAST} vda fill vda@100+1000 31 '
         'rpc copy vda@50+1500 vda@2000+1500 vda')
with s.boot(f'''
{blk.qemu(disk)}{witness.TASKS}
task virtio-blk start-limit=0 restart-delay=0
task sum needs=vda -- {words}
task killer -- virtio-blk {KILLS} 5 20
''') as m:
    sums.expect_sums(m, {'vda': before})
    sums.expect_sums(m, {'vda': before}, LAST)
    m.expect(rf' sum#1 log text="fill vda@100\+1000 by {LAST}: success"')
    m.expect(r' sum#1 log text="copy to vda@2000\+1500 by rpc: success"')
    sums.expect_sums(m, {'vda': after})
    witness.unharmed(s, m)
tables.same(s, disk, want, 'the disk')
deaths = [line for line in m.lines if ' W virtio-blk#' in line
          and ' death cause=operator ' in line]
s.check(len(deaths) >= KILLS / 2, f'its driver was killed {len(deaths)} times')
witness.undisturbed(s)
s.done()
