# SPDX-License-Identifier: GPL-2.0-or-later
"""A slot that a device can be pulled out of, by QEMU's registers for that
(docs/specs/acpi_pci_hotplug): on pc any; on q35 one behind a port."""
from . import qemu

if qemu.behind_iommu():
    AT, REGISTERS, NUMBER = '01:00.0', 0xcc0, 0
    BUS = 'qemu -device pcie-root-port,id=hole,chassis=1\n'
    WHERE = f'bus=hole,addr={NUMBER}'
else:
    AT, REGISTERS, NUMBER = '00:04.0', 0xae00, 4
    BUS, WHERE = '', f'addr={NUMBER}'
# What tasks/settler is told, and the ports that it may use.
WORDS = f'{REGISTERS:#x} {NUMBER}'
PORTS = f'{REGISTERS + 8:#x}-{REGISTERS + 0x13:#x}'


def settler():
    """The lines of an image: an edu there, whose driver can have it ejected."""
    return (f'{BUS}qemu -device edu,id=edu,{WHERE}\n'
            f'task settler -pci pci=1234:11e8 ioports={PORTS} -- {WORDS}\n')
