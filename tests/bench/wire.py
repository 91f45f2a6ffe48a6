# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of a network cable: UDP datagrams for a guest, as raw frames
through QEMU's `-netdev dgram`; what comes back makes the next be sent, so it is
the guest that sets the pace."""
import os
import socket
import struct

from harness import Failed, qemu

# The guest's addresses, and those of this side.
GUEST_MAC, HOST_MAC = '52:54:00:00:07:0f', '52:54:00:00:07:02'
GUEST, HOST = '10.0.7.15', '10.0.7.2'
ECHO, SOURCE = 7, 10000     # ports: of the source, and the number of the kind
IP, UDP, PORTS = 20, 8, slice(34, 38)   # bytes of headers; the ports in a frame
# Of the guest's time: what comes is handed over so often, all at once.  So each
# datagram is waited for where there is one, and sixteen are a burst, however
# fast the host is.
INTERVAL_US = 200
ROUNDS = 5                  # of each figure
LOOK = 64                   # datagrams between two looks at the console
PATIENCE = 2                # seconds, then what may have been lost comes again


BURST = 16
ECHOES = [('echo_64.in_flight_1', 64, 1, 1, 1),
          ('echo_64.in_flight_16', 64, BURST, 1, 1),
          ('echo_1472.in_flight_1', 1472, 1, 1, 1),
          ('echo_1472.in_flight_16', 1472, BURST, 1, 1)]
ONE_WAY = [('receive_64', 64, BURST, BURST, 1),
           ('receive_1472', 1472, BURST, BURST, 1),
           ('send_64', 64, 1, 1, BURST),
           ('send_1472', 1472, 1, 1, BURST)]


def kinds(prefix, of):
    return [(prefix + name, *rest) for name, *rest in of]


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

    def measure(self, machine, kinds):
        """Each of KINDS (the name of its figures, bytes of its datagrams, how
        many are sent first, then how many for each so many that come back),
        until the guest has said ROUNDS figures of that name."""
        for number, (name, size, first, each, of) in enumerate(kinds):
            self._keep(frame(size, SOURCE + number), first, each, of,
                       lambda: ROUNDS <= sum(f'bench {name} ' in line
                                             for line in machine.lines))

    def _keep(self, out, first, each, of, over):
        self._send(out, first)
        ports = out[PORTS], out[PORTS][2:] + out[PORTS][:2]
        back = silent = 0
        while not over():
            for _ in range(LOOK):
                try:
                    data = self._link.recv(2048)
                except TimeoutError:
                    silent += 1
                    if silent * PATIENCE > 30:
                        raise Failed('no more comes back') from None
                    if not over():
                        self._send(out, first)  # it may have been lost
                    back = 0
                    break
                silent = 0
                if data[PORTS] in ports:
                    back += 1
                    if back % of == 0:
                        self._send(out, each)
                elif data[12:14] == b'\x08\x06' and data[21] == 1:
                    self._send(arp_answer(data), 1)

    def _send(self, data, times):
        for _ in range(times):
            self._link.sendto(data, self._peer)
