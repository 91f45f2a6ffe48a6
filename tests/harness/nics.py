# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts of the guest's, each on a network device of another kind: what their
tasks are, and the wires."""
from .barrage import answers
from .net import GUEST, Wire
from .peer import Peer

SERVICES = 'echo discard iperf'
# The device of QEMU's, its driver's task, and the name of its device.
KINDS = {
    'virtio-net': ('virtio-net-pci,disable-legacy=on', 'task virtio-net', 'eth0'),
    'e1000': ('e1000', 'task e1000', 'eth1'),
    'e1000e': ('e1000e', 'task e1000e=e1000 pci=8086:10d3 provides=eth2 -- eth2',
               'eth2'),
}


class Nic:
    """For the scenario S, one of KINDS, with a netstack of its own."""

    def __init__(self, s, kind, services=SERVICES, words=''):
        device, task, name = KINDS[kind]
        number = [*KINDS].index(kind)
        mac = GUEST[:5] + bytes([GUEST[5] + number])
        self.driver, self.stack = kind, f'stack{number}'
        self.mac, self.address = mac.hex(':'), f'10.0.2.{15 + number}'
        self.network = f'n{number}'
        self.wire = Wire(s, device, self.network, mac)
        before, dashes, after = task.partition(' --')
        self.tasks = (
            f'{before} {words}{dashes}{after}\n'
            f'task {self.stack}=netstack needs={name} -- '
            f'{name} {self.address}/24 via=10.0.2.2 dns=10.0.2.3 {services}\n')
        self.peer = Peer(self.wire, self.mac, self.address)

    def answers(self, s, when):
        return answers(lambda good, name, *detail: s.check(
            good, f'{self.driver}: {name}', *detail), self.peer, when)


def tasks(nics):
    return ''.join(nic.tasks for nic in nics)


def args(nics):
    return [word for nic in nics for word in nic.wire.args]
