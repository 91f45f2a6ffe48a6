#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the guest writes into partitions the host finds there, byte for byte,
and nothing else; a write past a partition's end is refused, one of its last
record is not, whatever the request is called."""
import re
import shutil

from harness import Scenario, blk, sums, tables

s = Scenario('', seconds=90, sleep=True)
disk, want = s.folder / 'disk.raw', s.folder / 'want.raw'
tables.make(disk, 4096)
tables.gpt(disk, (64, 1023), (1024, 2048), (2100, 4062))
shutil.copy(disk, want)
FIRST, COUNT, THIRD = 1024, 1025, 2100
WRAPS = (1 << 64) - FIRST     # the disk's first record, if nobody looks
LAST = tables.WAYS[-1]
# All but the first and the last record, then by ring these two.
words = [f'fill vda2@1+{COUNT - 2} 21', LAST, 'fill vda2@0+1 22',
         f'fill vda2@{COUNT - 1}+1 23', 'copy vda2 vda3@10+2000']
tables.put(want, (FIRST + 1) * 512, sums.sequence(21, (COUNT - 2) * 512))
tables.put(want, FIRST * 512, sums.sequence(22, 512))
tables.put(want, (FIRST + COUNT - 1) * 512, sums.sequence(23, 512))
tables.put(want, (THIRD + 10) * 512, tables.get(want, FIRST, COUNT))
denied = [f'vda2@{COUNT}+1', f'vda2@{COUNT - 1}+2', f'vda2@{WRAPS}+1',
          f'vda2@{WRAPS - 1}+2']
# Without data: by ring inside of the part; by RPC, whose words name records of
# the disk, on the disk only.
words += ['zero vda3@1100+7', 'zero vda3@1960+9', 'rpc', 'zero vda3@0+7',
          'zero vda@2060+7']
tables.put(want, (THIRD + 1100) * 512, bytes(7 * 512))
tables.put(want, 2060 * 512, bytes(7 * 512))
for by in tables.WAYS:
    words += [by, *(f'fill {word} 9' for word in denied), *denied]
with s.boot(f'''
{blk.qemu(disk)}
task virtio-blk
task part provides=vda2,vda3
task sum needs=vda,vda2,vda3 -- {' '.join(words)}
''') as m:
    m.expect(r' part#1 log text="vda1 at 64\+960 left out: provides= does not')
    m.expect(r' part#1 log text="vda: GPT, 2 partitions"')
    for by in 'rpc', LAST, LAST:
        m.expect(rf' sum#1 log text="fill vda2\S+ by {by}: success"')
    m.expect(r' sum#1 log text="copy to vda3@10\+2000 by '
             rf'{LAST}: success"')
    for text in ('vda3@1100+7 by ring: success',
                 'vda3@1960+9 by ring: D_INVALID_RECNUM',
                 'vda3@0+7 by rpc: D_INVALID_OPERATION',
                 'vda@2060+7 by rpc: success'):
        m.expect(f' sum#1 log text="zero {re.escape(text)}"', name=text)
    for by in tables.WAYS:
        for what in 'fill', 'sum':
            m.expect_count(rf' sum#1 log text="{what} vda2@\S+ by {by}: '
                           r'D_INVALID_RECNUM"', len(denied))
    m.expect(rf' sum#1 log text="done, {2 + 2 * len(tables.WAYS) * len(denied)} failed"')
tables.same(s, disk, want, 'the disk')
s.done()
