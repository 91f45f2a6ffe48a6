#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks as QEMU can make them, three at a time, on pc and on q35: transitional,
without indirect descriptors and event index, without discard and zeroes; behind
a PCI Express port, with records of 4 KiB, read-only."""
from harness import Scenario, blk

s = Scenario('', seconds=40)


def boot(name, machine, *disks):
    lines, images = [machine], {}
    for n, (title, size, slot, bus, device, drive) in enumerate(disks):
        image = images[title] = blk.make(s.folder / f'{title}.raw', size=size)
        words = blk.qemu(image, title, drive, device)
        words = words.replace(blk.BUS, bus)
        lines += [words + f'task {title}=virtio-blk pci={slot} '
                  f'provides={title} -- {title}\n'
                  f'task d-{title}=blkio needs={title} -- rpc {title} io']
    with s.boot('\n'.join(lines), name) as m:
        m.expect_all(*(rf' d-{title}#1 {what}' for title, size, *_ in disks
                       for what in (f'log text="records=2048 of {size} ',
                                    'stopped cause=exit:0')))
    for title, size, *_ in disks:
        bad = [t for t in m.lines if f' d-{title}#1 log text="not ok' in t]
        s.check(not bad, f'{title}: each operation', *bad)
        if title != 'ro':
            blk.check_io(s, images[title], size, title != 'bare')


boot('pc', '',
     ('trans', 512, '00:04.0', 'virtio-blk-pci', ',addr=4', ''),
     ('plain', 512, '00:05.0', blk.BUS, ',addr=5,indirect_desc=off,'
      'event_idx=off,queue-size=8', ''),
     ('bare', 512, '00:06.0', blk.BUS, ',addr=6,discard=off,'
      'write-zeroes=off', ''))
boot('q35', 'qemu -M q35 -device pcie-root-port,id=root,chassis=1,addr=7',
     ('port', 512, '01:00.0', blk.BUS, ',bus=root', ''),
     ('large', 4096, '00:05.0', blk.BUS, ',addr=5,logical_block_size=4096,'
      'physical_block_size=4096', ''),
     ('ro', 512, '00:06.0', blk.BUS, ',addr=6', ',readonly=on'))
s.forbid(r' (trans|plain|bare|port|large|ro)#1 (error|death|deny) ',
         'no driver complains')
s.done()
