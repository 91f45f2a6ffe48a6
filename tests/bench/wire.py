# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of a network cable: UDP datagrams for a guest, as raw frames
through QEMU's `-netdev stream`; what comes back makes the next be sent, so it
is the guest that sets the pace."""
import os
import socket
import struct

from harness import Failed, qemu

# The guest's addresses, and those of this side.
GUEST_MAC, HOST_MAC = '52:54:00:00:07:0f', '52:54:00:00:07:02'
GUEST, HOST = '10.0.7.15', '10.0.7.2'
ECHO, SOURCE = 7, 10000     # ports: of the source, and the number of the kind
IP, UDP, PORTS = 20, 8, slice(34, 38)   # bytes of headers; the ports in a frame
# Of the guest's time: what came is handed over so often, all at once.  A burst
# is written and read as a whole, and the next begins when all of the last has
# come back: so it is one for the guest, too, however busy the host is.
INTERVAL_US = 200
ROUNDS = 5                  # of each figure
LOOK = 64                   # datagrams between two looks at the console
# Seconds of silence: what the guest had no room to send does not come, and it
# begins anew when nothing can be in flight any more; and until it is given up.
SILENCE, PATIENCE = 5, 60


BURST = 16
ECHOES = [('echo_64.in_flight_1', 64, 1, 1),
          ('echo_64.in_flight_16', 64, BURST, BURST),
          ('echo_1472.in_flight_1', 1472, 1, 1),
          ('echo_1472.in_flight_16', 1472, BURST, BURST)]
ONE_WAY = [('receive_64', 64, BURST, 1), ('receive_1472', 1472, BURST, 1),
           ('send_64', 64, 1, BURST), ('send_1472', 1472, 1, BURST)]


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
        self._path = qemu.socket_path(folder, 'wire')
        if os.path.exists(self._path):
            os.unlink(self._path)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(self._path)
        self._door.listen()
        self._door.settimeout(30)
        self._link, self._came = None, b''

    @property
    def qemu_words(self):
        return ['-netdev', 'stream,id=wire,server=off,addr.type=unix,'
                f'addr.path={self._path}',
                '-object', 'filter-buffer,id=bursts,netdev=wire,'
                f'queue=tx,interval={INTERVAL_US}',
                '-device', 'virtio-net-pci,netdev=wire,disable-legacy=on,'
                f'mac={GUEST_MAC}']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for link in (self._door, self._link):
            if link:
                link.close()

    def measure(self, machine, kinds):
        """Each of KINDS (the name of its figures, bytes of its datagrams, how
        many are sent at once, after how many have come back), until the guest
        has said ROUNDS figures of that name."""
        self._link, _ = self._door.accept()
        self._link.settimeout(1)
        for number, (name, size, burst, of) in enumerate(kinds):
            def over():
                return ROUNDS <= sum(f'bench {name} ' in line
                                     for line in machine.lines)
            try:
                self._keep(frame(size, SOURCE + number), burst, of, over)
            except ConnectionError as why:  # it has said all, or it has died
                machine.exit_status()
                if not over():
                    raise Failed(str(why)) from None

    def _keep(self, out, burst, of, over):
        ports = out[PORTS], out[PORTS][2:] + out[PORTS][:2]
        back, silent = of, 0    # so that it begins
        while not over():
            if silent > PATIENCE:
                raise Failed('no more comes back')
            for _ in range(LOOK):
                if back >= of:
                    self._send(out, burst)
                    back = 0
                try:
                    data = self._receive()
                except TimeoutError:
                    silent += 1
                    if silent % SILENCE == 0:
                        back = of
                    break
                silent = 0
                if data[PORTS] in ports:
                    back += 1
                elif data[12:14] == b'\x08\x06' and data[21] == 1:
                    self._send(arp_answer(data), 1)

    def _send(self, data, times):
        self._link.sendall((struct.pack('!I', len(data)) + data) * times)

    def _receive(self):
        """The next frame; each has its length before it, as QEMU's streams
        have."""
        while True:
            if len(self._came) >= 4:
                end = 4 + int.from_bytes(self._came[:4], 'big')
                if len(self._came) >= end:
                    data, self._came = self._came[4:end], self._came[end:]
                    return data
            more = self._link.recv(65536)
            if not more:
                raise ConnectionError('QEMU has pulled the plug')
            self._came += more
