#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lspci lists what QEMU says is on the bus, behind a bridge, too: ids, BARs and
lines as QEMU has them, names as pci.ids has them, and which task has what."""
import re

from harness import Scenario
from harness.scenario import ROOT

EDU, BRIDGE, ROM = 0x11e8, 0x06, 6
IDS = ROOT / 'build/sysroot/usr/share/misc/pci.ids'


def names(vendor, device, kind):
    """What pci.ids says of them: class, vendor, device, None where nothing."""
    text = IDS.read_text()

    def below(head, number):
        if not head:
            return None
        part = re.split(r'^[^\t#\n]', text[head.end():], maxsplit=1,
                        flags=re.M)[0]
        found = re.search(rf'^\t{number}  (.*)$', part, re.M)
        return found and found[1]

    maker = re.search(rf'^{vendor:04x}  (.*)$', text, re.M)
    group = re.search(rf'^C {kind >> 8:02x}  (.*)$', text, re.M)
    return (below(group, f'{kind & 0xff:02x}'), maker and maker[1],
            below(maker, f'{device:04x}'))


def functions(buses):
    for bus in buses:
        for f in bus['devices']:
            yield bus['bus'], f
            if 'pci_bridge' in f:
                yield from functions([{
                    'bus': f['pci_bridge']['bus']['secondary'],
                    'devices': f['pci_bridge'].get('devices', [])}])


def expected(bus, f, owner):
    """The line of a function, as a pattern."""
    ident, kind = f['id'], f['class_info']['class']
    subclass, maker, device = names(ident['vendor'], ident['device'], kind)
    what = (f'{maker} {device or "Device %04x" % ident["device"]}' if maker
            else 'Device %04x:%04x' % (ident['vendor'], ident['device']))
    return (f'^{bus:02x}:{f["slot"]:02x}.{f["function"]} '
            + (re.escape(subclass) if subclass else rf'.* \[{kind:04x}\]')
            + ': ' + re.escape(what) + r'( \(rev [0-9a-f]{2}\))?'
            + (f' - {owner}$' if owner else '$'))


s = Scenario('''
qemu -device edu,addr=4 -device pci-bridge,id=far,chassis_nr=1,addr=5
qemu -device e1000,bus=far,addr=2 -device virtio-rng-pci,addr=6
qemu -device VGA,addr=7 -device nvme,serial=1,addr=8 -device qemu-xhci,addr=9
task edu
task shell
''')
with s.boot(qmp=True) as m:
    m.expect(r' kernel-ext up ')
    there = list(functions(m.qmp('query-pci')))
    m.send('lspci -v')
    m.expect_prompt('> lspci -v')
    for bus, f in there:
        m.expect(expected(bus, f, 'edu' if f['id']['device'] == EDU else ''))
        line = f', interrupt line {f["irq"]}' if f.get('irq') else ''
        m.expect(r'^\s*\[%04x:%04x\] class %04x.*%s' % (
            f['id']['vendor'], f['id']['device'], f['class_info']['class'],
            line))
        if f['class_info']['class'] >> 8 == BRIDGE:
            continue
        for bar in f['regions']:
            if bar['bar'] == ROM:
                continue
            kind = 'I/O ports' if bar['type'] == 'io' else 'memory'
            m.expect(rf'^\s*BAR {bar["bar"]}: {kind} at {bar["address"]:#x},')
    s.check(len(there) >= 10, f'{len(there)} functions')
    m.send('lspci -q')
    m.expect(r'^usage: lspci \[-v\]$')
    listed = [line for line in m.lines if re.match(r'[0-9a-f]{2}:[0-9a-f]{2}\.',
                                                   line)]
    s.check(len(listed) == len(there), 'and none beside these', *listed)
s.done()
