# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest on QEMU's user network, whose ports are the host's to connect to."""
import socket


def free_port():
    """One that nobody has just now."""
    with socket.create_server(('127.0.0.1', 0)) as link:
        return link.getsockname()[1]


def network(ports, device='virtio-net-pci,disable-legacy=on', name='n0'):
    """QEMU's arguments, for boot: a NIC, and the guest's ports, as ADDRESS:PORT
    or PORT of 10.0.2.15, as the ports of this host that they map to."""
    forward = ''.join(f',hostfwd=tcp:127.0.0.1:{here}-'
                      f'{there if ":" in str(there) else f":{there}"}'
                      for there, here in ports.items())
    return ('-netdev', f'user,id={name}{forward}',
            '-device', f'{device},netdev={name}')
