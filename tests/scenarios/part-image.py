#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""images/disk.image: the guest reads the disk that it was booted from."""
import pathlib

from harness import Scenario, sums

s = Scenario('', seconds=60, sleep=True, grub=True)
iso = s.folder / 'iso'
text = pathlib.Path('images/disk.image').read_text()
with s.boot(text.replace('build/run/disk.iso', str(iso))) as m:
    data = iso.read_bytes()
    first, count = (int.from_bytes(data[at:at + 4], 'little')
                    for at in (454, 458))
    sums.expect_sums(m, {'vda': data})
    sums.expect_sums(m, {'vda': data, 'vda1': data[first * 512:
                                                   (first + count) * 512]},
                     'ring')
    m.expect_prompt(r'> $')
    m.send('devices')
    m.expect_all(r'^vda ', r'^vda1 ')
s.forbid(r' (virtio-blk|part)#1 (death|deny) ')
s.done()
