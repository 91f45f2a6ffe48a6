# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that nobody should send: the same from the same seed, but for
connections, where it goes by what the guest says.  A third are as a strange
host would send them; the others have bytes, lengths and sums that are wrong."""
import struct

from . import packets
from .odd import Odd
from .packets import (ACK, ARP, BROADCAST, FIN, ICMP, IPV4, IPV6, PSH, RST, SYN,
                      TCP, UDP, URG, VLAN)

SERVICES = (7, 7, 7, 9, 80, 5001, 68, 53)
LONGEST = 9000


class Connection:
    """One that the guest has accepted, and what both have got so far."""

    def __init__(self, frame):
        self.guest_port, self.port = frame.port_from, frame.port_to
        self.address = frame.ip_to
        self.heard(frame)

    def heard(self, frame):
        self.mine = frame.acknowledged
        self.theirs = frame.sequence + len(frame.payload) + bool(
            frame.flags & (SYN | FIN))


class Hostile(Odd):
    def __init__(self, seed, peer):
        super().__init__(seed)
        self.mac, self.address = peer.mac, peer.address
        self.guest_mac, self.guest = peer.guest_mac, peer.guest
        self.connections, self.most = {}, 0
        self.leases, self.questions = [b'\0' * 4], [(53, b'\0\0', b'')]
        self.kinds = {self._arp: 8, self._icmp: 10, self._udp: 14,
                      self._tcp: 20, self.opened: 3, self._connected: 22,
                      self._fragment: 12, self._dhcp: 4, self._dns: 4,
                      self._other: 4}

    def frame(self):
        """1 to LONGEST bytes."""
        make, = self.random.choices([*self.kinds], [*self.kinds.values()])
        return (self.spoiled(make(), LONGEST) or b'\0')[:LONGEST]

    def heard(self, frame):
        """Some of what the guest accepts is kept open: is this about one?  What
        it asks of servers is remembered."""
        if frame.protocol == UDP and not frame.fragment:
            if frame.port_to == 67:
                self.leases = [*self.leases[-3:], frame.payload[4:8]]
            elif frame.port_to == 53:
                self.questions = [*self.questions[-3:], (
                    frame.port_from, frame.payload[:2], frame.payload[12:])]
        if frame.protocol != TCP or frame.fragment:
            return False
        key = frame.port_from, frame.port_to, frame.ip_to
        if key in self.connections:
            self.connections[key].heard(frame)
            if frame.flags & RST:
                del self.connections[key]
            return True
        if frame.flags & (SYN | ACK) == SYN | ACK and len(
                self.connections) < (24 if self.random.random() < 0.5 else 2):
            self.connections[key] = Connection(frame)
            self.most = max(self.most, len(self.connections))
            return True
        return False

    def farewell(self):
        """Frames that end the connections that are still open, and ask about
        them: the guest resets what it does not know, and heard() forgets it."""
        return [frame for c in self.connections.values() for frame in (
            self._segment(c, c.mine, c.theirs, RST),
            self._segment(c, c.mine - 1, c.theirs, ACK))]

    # ---- Parts ----

    def _source(self):
        return self.random.choices((
            self.address, bytes((10, 0, 2, self.random.randrange(256))),
            self.random.randbytes(4), self.guest, b'\x7f\0\0\1', bytes(4),
            b'\xff' * 4, b'\xe0\0\0\1'), (50, 10, 20, 4, 2, 4, 2, 2))[0]

    def _to(self):
        return self.random.choices((
            self.guest, b'\xff' * 4, self.guest[:3] + b'\xff',
            bytes((224, 0, 0, self.random.randrange(256))),
            self.random.randbytes(4), bytes(4)), (88, 3, 3, 3, 2, 1))[0]

    def _port(self):
        return self.random.choice((*SERVICES, self.odd(16)))

    def _ether(self, kind, data):
        to = self.random.choices((
            self.guest_mac, BROADCAST, b'\1\0\x5e' + self.random.randbytes(3),
            self.random.randbytes(6)), (86, 9, 3, 2))[0]
        source = self.random.choices((
            self.mac, self.guest_mac, BROADCAST, self.random.randbytes(6)),
            (94, 2, 2, 2))[0]
        return packets.ether(to, source, kind, data)

    def _ip(self, protocol, data, source=None, to=None, **words):
        options = self.options(40) if self.random.random() < 0.12 else b''
        if self.random.random() < 0.08:
            words['length'] = self.odd(16)
        if self.random.random() < 0.05:
            words['words'] = self.odd(4)
        return self._ether(IPV4, packets.ipv4(
            source or self._source(), to or self._to(), protocol, data,
            ttl=self.maybe(64, 8, .05), version=self.maybe(4, 4, .02),
            options=options, **words))

    # ---- Kinds ----

    def _arp(self):
        data = packets.arp(
            self.maybe(self.random.randint(1, 2), 16),
            self.random.choice((self.mac, self.mac, bytes(6), BROADCAST,
                                self.guest_mac, self.random.randbytes(6))),
            self._source(),
            self.random.choice((self.guest_mac, bytes(6), BROADCAST)),
            self._to())
        if self.random.random() < 0.2:
            at = self.random.randrange(8)
            data = data[:at] + self.random.randbytes(1) + data[at + 1:]
        return self._ether(ARP, data + self.noise(40))

    def _icmp(self):
        kind = self.maybe(8, 8, .5)
        rest = self.noise(1400)
        if kind in (3, 4, 5, 11, 12):       # about a packet of the guest's
            rest = self.noise(4)[:4].ljust(4, b'\0') + packets.ipv4(
                self.guest, self._source(), self.random.choice((1, 6, 17)),
                self.noise(28))
        return self._ip(ICMP, packets.icmp(kind, self.maybe(0, 8), rest))

    def _udp(self):
        source, to = self._source(), self._to()
        return self._ip(UDP, packets.udp(
            source, to, self._port(), self._port(), self.noise(1472),
            length=self.odd(16) if self.random.random() < .15 else None),
            source, to)

    def _tcp(self):
        source, to = self._source(), self.guest
        flags = self.maybe(SYN, 8, .5)
        return self._ip(TCP, packets.tcp(
            source, to, self.odd(16), self._port(), self.odd(32),
            self.odd(32), flags, self.noise(1400), self.odd(16),
            self.options(40) if self.random.random() < .5 else b'',
            words=self.maybe(None, 4, .08), urgent=self.odd(16)), source, to)

    def opened(self):
        """A connection as it should be, so that there are some."""
        address = bytes((10, 0, 2, 64 + self.random.randrange(64)))
        port = self.random.choice(SERVICES[:6])
        return packets.ether(self.guest_mac, self.mac, IPV4, packets.ipv4(
            address, self.guest, TCP, packets.tcp(
                address, self.guest, self.random.randint(1024, 65535), port,
                self.odd(32), 0, SYN, b'', self.maybe(8192, 16, .3),
                b'\2\4' + struct.pack('!H', self.maybe(1460, 16, .3)))))

    def _connected(self):
        """Beside, over and beyond what an open connection expects."""
        if not self.connections:
            return self._tcp()
        c = self.random.choice([*self.connections.values()])
        shift = self.random.choice((0, 0, 0, 0, 1, -1, 1460, -1460, 65535,
                                    self.odd(20), -self.odd(20), 1 << 31))
        beyond = self.random.choice((0, 0, 0, 0, 1, -1, 1460, -self.odd(20),
                                     self.odd(20), 1 << 31))
        flags = self.random.choice((ACK, ACK, PSH | ACK, PSH | ACK, FIN | ACK,
                                    URG | ACK, RST, SYN, SYN | ACK, SYN | FIN,
                                    self.odd(8)))
        return self._segment(
            c, c.mine + shift, c.theirs + beyond, flags, self.noise(1460),
            self.maybe(8192, 16, .3),
            self.options(40) if self.random.random() < .4 else b'',
            self.odd(16))

    def _segment(self, c, sequence, acknowledged, flags, data=b'',
                 window=8192, options=b'', urgent=0):
        return packets.ether(self.guest_mac, self.mac, IPV4, packets.ipv4(
            c.address, self.guest, TCP, packets.tcp(
                c.address, self.guest, c.port, c.guest_port, sequence,
                acknowledged, flags, data, window, options, urgent=urgent)))

    def _fragment(self):
        """One of few datagrams, so that they overlap, and seldom end."""
        first = struct.pack('!HHHH', self._port(), self._port(), 4096, 0)
        return self._ip(
            self.random.choice((ICMP, TCP, UDP, UDP)),
            (first if self.random.random() < .3 else b'') + self.noise(1400),
            self.address, self.guest, number=self.random.randrange(4),
            fragment=self.random.choice((0x2000, 0x2000, 0)) |
            self.random.choice((0, 1, 2, 172, 185, self.odd(13))))

    def _dhcp(self):
        """Answers to what it asked last, or might have."""
        data = struct.pack('!BBBBI', self.maybe(2, 8), self.maybe(1, 8),
                           self.maybe(6, 8), 0, 0)[:4] + (
            self.random.choice((self.leases[-1], self.random.choice(
                self.leases), self.random.randbytes(4))) +
            bytes(8) + self._source() + self.address + bytes(4) +
            self.guest_mac)
        data = data[:44].ljust(236, b'\0') + b'\x63\x82\x53\x63'
        data += bytes((53, 1, self.maybe(self.random.choice((2, 5, 6)), 8, .05)))
        for kind, value in ((54, self.address), (51, b'\0\0\0\x0f'),
                            (1, b'\xff\xff\xff\0'), (6, self.address)):
            if self.random.random() < 0.9:
                data += bytes((kind, 4)) + value
        for _ in range(self.random.randrange(8) * self.random.randrange(2)):
            kind = self.random.choice((1, 3, 6, 15, 51, 52, 54, 58, 59,
                                       self.odd(8)))
            value = self.random.choice((self.noise(32), self._source(),
                                        struct.pack('!I', self.odd(32))))
            data += bytes((kind, self.maybe(len(value) & 255, 8, .2))) + value
        return self._ip(UDP, packets.udp(
            self.address, self.guest, 67, 68, data + b'\xff'), self.address,
            self.random.choice((self.guest, b'\xff' * 4)))

    def _dns(self):
        """The same of names, with pointers to anywhere in them."""
        port, number, question = self.random.choice(self.questions)
        name = self.random.choice((b'\7example\3org\0', b'\xc0\x0c', b'\xc0\xff',
                                   b'\x3f' + bytes(63) + b'\xc0\x0c', b'\0'))
        data = number + struct.pack(
            '!HHHHH', self.maybe(0x8180, 16), self.maybe(1, 3),
            self.odd(3), 0, 0) + self.spoiled(question, len(question))
        for _ in range(self.random.randrange(6)):
            data += name + struct.pack('!HHIH', self.maybe(1, 16), self.maybe(
                1, 16), self.odd(32), self.maybe(4, 5)) + self.noise(16)
        return self._ip(UDP, packets.udp(
            self.address, self.guest, 53, port, data), self.address, self.guest)

    def _other(self):
        kind = self.random.choice((IPV6, VLAN, 0, 46, 1500, 0x8863, 0x88cc,
                                   self.odd(16)))
        data = self.noise(LONGEST)
        if kind == VLAN:
            data = self.noise(2)[:2].ljust(2) + self._udp()[12:]
        return self._ether(kind, data)
