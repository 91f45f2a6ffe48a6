# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of a network cable: UDP datagrams to a guest that echoes them,
so many in flight, in raw Ethernet frames through QEMU's `-netdev dgram`."""
import os
import socket
import struct

from harness import Failed, qemu

# The guest's addresses, and those of this side.
GUEST_MAC, HOST_MAC = '52:54:00:00:07:0f', '52:54:00:00:07:02'
GUEST, HOST = '10.0.7.15', '10.0.7.2'
ECHO, SOURCE = 7, 10000     # the ports; of the source, and how many in flight
ETHERNET, IP, UDP, SOURCE_AT = 14, 20, 8, 34
# Of the guest's time: what comes is handed over so often, all at once.  So each
# datagram is waited for where there is one, and sixteen are a burst, however
# fast the host is.
INTERVAL_US = 200
ROUNDS = 5                  # of each figure
LOOK = 64                   # datagrams between two looks at the console
PATIENCE = 2                # seconds, then what may have been lost comes again


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def frame(size, port):
    """A datagram of so many bytes from PORT to the guest's echo."""
    data = bytes(n % 251 for n in range(size))
    udp = struct.pack('!4H', port, ECHO, UDP + size, 0)
    pseudo = (socket.inet_aton(HOST) + socket.inet_aton(GUEST)
              + struct.pack('!2H', socket.IPPROTO_UDP, UDP + size))
    even = bytes(size % 2)
    udp = udp[:6] + struct.pack('!H', checksum(pseudo + udp + data + even))
    head = struct.pack('!2B3H2BH4s4s', 0x45, 0, IP + UDP + size, 0, 0x4000, 64,
                       socket.IPPROTO_UDP, 0, socket.inet_aton(HOST),
                       socket.inet_aton(GUEST))
    head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
    return (mac(GUEST_MAC) + mac(HOST_MAC) + b'\x08\x00' + head + udp
            + data).ljust(60, b'\0')


def arp_answer(request):
    """This side's answer to the guest's ARP request."""
    return (request[6:12] + mac(HOST_MAC) + request[12:20] + b'\0\2'
            + mac(HOST_MAC) + request[38:42] + request[22:32]).ljust(60, b'\0')


class Wire:
    """The cable; qemu_words plug its other end in."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._own, self._peer = (qemu.socket_path(folder, name)
                                 for name in ('wire-host', 'wire-guest'))
        for path in (self._own, self._peer):
            if os.path.exists(path):
                os.unlink(path)
        self._link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._link.bind(self._own)
        self._link.settimeout(PATIENCE)

    @property
    def qemu_words(self):
        return ['-netdev', 'dgram,id=wire,local.type=unix,'
                f'local.path={self._peer},remote.type=unix,'
                f'remote.path={self._own}',
                '-object', 'filter-buffer,id=bursts,netdev=wire,'
                f'queue=tx,interval={INTERVAL_US}',
                '-device', 'virtio-net-pci,netdev=wire,disable-legacy=on,'
                f'mac={GUEST_MAC}']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._link.close()

    def measure(self, machine, name):
        """Each size with one and with 16 in flight, until the guest has said
        ROUNDS figures of that NAME."""
        for size in (64, 1472):
            for depth in (1, 16):
                figure = f'bench {name.format(size, depth)} '
                self.keep_in_flight(size, depth, lambda: ROUNDS <= sum(
                    figure in line for line in machine.lines))

    def keep_in_flight(self, size, depth, over):
        """Datagrams of SIZE, DEPTH of them in flight, until OVER()."""
        port = struct.pack('!2H', ECHO, SOURCE + depth)
        out, lost = frame(size, SOURCE + depth), 0
        self._send(out, depth)
        while not over():
            for _ in range(LOOK):
                try:
                    back = self._link.recv(2048)
                except TimeoutError:
                    if over():
                        return
                    lost += 1
                    if lost > 20:
                        raise Failed('the guest does not echo') from None
                    self._send(out, depth)
                    continue
                if back[SOURCE_AT:SOURCE_AT + 4] == port:
                    self._link.sendto(out, self._peer)
                elif back[12:14] == b'\x08\x06' and back[21] == 1:
                    self._link.sendto(arp_answer(back), self._peer)

    def _send(self, data, times):
        for _ in range(times):
            self._link.sendto(data, self._peer)
