#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""virtio-rng, modern and transitional: no two reads are the same, and their
bits and bytes are as even as chance has it; also while its driver is killed."""
from harness import Scenario, qemu, witness

s = Scenario('', seconds=40, sleep=True)


def judge(name, device, words, kills):
    with s.boot(f'qemu -device {device}\n{witness.TASKS}'
                f'task virtio-rng {words} start-limit=0\ntask dice\n'
                f'task killer -- virtio-rng {kills} 3\n', name) as m:
        m.expect_all(r' dice#1 stopped cause=exit:0',
                     rf' killer#1 log text=kills={kills}$')
        witness.unharmed(s, m)
    reads = [bytes.fromhex(t.split('text=')[1]) for t in m.lines
             if ' dice#1 log text=' in t and len(t.split('text=')[1]) == 64]
    data = b''.join(reads)
    s.check(len(set(reads)) == len(reads) == 64, f'{name}: 64 different reads')
    ones = sum(map(int.bit_count, data))
    s.check(abs(ones - 4 * len(data)) < 6 * (2 * len(data)) ** .5,
            f'{name}: {ones} of {8 * len(data)} bits are set')
    even = len(data) / 256
    chi = sum((data.count(n) - even) ** 2 / even for n in range(256))
    s.check(120 < chi < 420, f'{name}: chi-square {chi:.0f}, of 255 degrees')
    longs = [t for t in m.lines if 'text="bytes=65536 ' in t]
    s.check(len(longs) == 4, f'{name}: four long reads')
    for line in longs:
        _, ones, same = (int(word.strip('"').split('=')[1])
                         for word in line.split('text=')[1].split())
        s.check(abs(ones - 262144) < 2200 and same < 400,
                f'{name}: {ones} bits set, {same} bytes as before')


judge('modern', 'virtio-rng-pci,disable-legacy=on', '', 10)
if not qemu.behind_iommu():     # a transitional device goes past one
    judge('transitional', 'virtio-rng-pci', '-pci pci=1af4:1005', 0)
s.forbid(r' virtio-rng#\d+ death cause=(?!operator)', 'it died of the kills')
witness.undisturbed(s)
s.done()
