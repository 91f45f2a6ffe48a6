#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions behind a bridge to conventional PCI, whose transfers all carry one
name: one task may have them, with that name's domain; another task is refused the
next one.  Behind a port of PCI Express each has its own."""
from harness import Scenario, strays

EDU = 'qemu -device edu,dma_mask=0xffffffff'
s = Scenario('', seconds=60)
with s.boot(f'''{strays.MACHINE}
qemu -device pcie-root-port,id=first,chassis=1,addr=6
qemu -device pcie-pci-bridge,id=bridge,bus=first
qemu -device pcie-root-port,id=other,chassis=2,addr=7
qemu -device nec-usb-xhci,bus=other
{EDU},bus=bridge,addr=1
{EDU},bus=bridge,addr=2
task field={strays.FOLDER}/field dma=1M
task stray -pci pci=02:01.0 needs=field -- random 4
task second=pci pci=02:02.0
task usb=pci pci=03:00.0
''') as m:
    m.expect(r' E second#0 refuse word=pci=02:02.0 why="the IOMMU takes it for '
             r"another task's\"")
    m.expect(strays.ON)
    m.expect(r' stray#5 log text="attempts=4 through=0 leaked=0 changed=0"')
    faults = [t for t in m.lines if ' dma-fault ' in t]
    s.check(len(faults) == 4 and all(t.endswith(' source=02:00.0')
                                     for t in faults),
            "they carry the bridge's name", *faults)
s.forbid(r' usb#0 refuse ', 'what has a name of its own is granted')
s.forbid(r' stray#\d+ death cause=(?!dma-fault)')
s.done()
