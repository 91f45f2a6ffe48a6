# SPDX-License-Identifier: GPL-2.0-or-later
"""A host on the guest's wire, as much of one as a test needs: it answers ARP
for all addresses but the guest's, pings, and speaks TCP with one port at a
time.  What TCP did not ask for it resets, as a host would."""
import struct
import time

from . import packets
from .packets import ACK, FIN, PSH, RST, SYN, Frame


class Peer:
    """link has send(frame) and receive(seconds), which gives a frame or None;
    seconds are the host's."""

    def __init__(self, link, guest_mac, guest, mac='52:54:00:00:00:fe',
                 address='10.0.2.2'):
        self.link = link
        self.guest_mac, self.guest = packets.mac(guest_mac), packets.ip(guest)
        self.mac, self.address = packets.mac(mac), packets.ip(address)
        self.port, self.number = 40000, 0
        self.bad = 0        # frames of the guest's with a wrong checksum
        self.listener = None    # is given each; if true, it sees to the answer

    def ping(self, seconds=20, data=b'ping' * 8):
        """Seconds until the guest answered, asked again each second; or None."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.number = self.number + 1 & 0xffff
            head = struct.pack('!HH', 0x7065, self.number)
            self._ip(packets.ICMP, packets.icmp(8, 0, head + data))
            found = self._wait(lambda f: f.protocol == packets.ICMP and
                               f.data[:1] == b'\0' and
                               f.data[4:] == head + data, 1)
            if found:
                return time.monotonic() - began
        return None

    def echo(self, data, port=7, seconds=30):
        """A connection of its own: data comes back, and both ends close."""
        self.port = 40000 + (self.port + 1) % 20000
        mine, end = self.number * 65536, time.monotonic() + seconds
        answer = self._until(end, port, (mine, 0, SYN, b''),
                             lambda f: f.flags & (SYN | ACK) == SYN | ACK)
        if not answer:
            return False
        mine, theirs, got = mine + 1, answer.sequence + 1, b''
        self._tcp(port, mine, theirs, ACK)
        for at in range(0, len(data), 1024):
            piece = data[at:at + 1024]
            while len(got) < at + len(piece):
                answer = self._until(
                    end, port, (mine + at, theirs + len(got), PSH | ACK, piece),
                    lambda f: f.payload and
                    f.sequence == (theirs + len(got)) & 0xffffffff)
                if not answer:
                    return False
                got += answer.payload
                self._tcp(port, mine + at + len(piece), theirs + len(got), ACK)
        mine, theirs = mine + len(data), theirs + len(got)
        answer = self._until(end, port, (mine, theirs, FIN | ACK, b''),
                             lambda f: f.flags & FIN)
        if answer:
            self._tcp(port, mine + 1, theirs + 1, ACK)
        return bool(answer) and got == data

    def shut(self, port=7, seconds=30):
        """What comes back for a byte, with a window that stays closed: the
        probe is acknowledged, and then there is nothing to probe with."""
        self.port = 40000 + (self.port + 1) % 20000
        end = time.monotonic() + seconds
        answer = self._until(end, port, (1, 0, SYN, b'', 0),
                             lambda f: f.flags & (SYN | ACK) == SYN | ACK)
        probe = answer and self._until(
            end, port, (2, answer.sequence + 1, PSH | ACK, b'x', 0),
            lambda f: f.payload)
        if probe:
            self._tcp(port, 3, probe.sequence + 1, ACK, b'', 0)
        return probe and probe.payload

    def serve(self, seconds=0.0):
        """Answer what the guest asks for, until it is silent for so long."""
        while self._take(seconds):
            pass

    # ---- Its own affairs ----

    def _until(self, end, port, segment, condition):
        """Send a segment each second until the guest answers so."""
        while time.monotonic() < end:
            self._tcp(port, *segment)
            found = self._wait(
                lambda f: f.protocol == packets.TCP and f.port_to == self.port
                and f.port_from == port and condition(f), 1)
            if found:
                return found
        return None

    def _wait(self, condition, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            frame = self._take(left)
            if frame and condition(frame):
                return frame
        return None

    def _take(self, seconds):
        data = self.link.receive(seconds)
        if data is None:
            return None
        frame = Frame(data)
        self.bad += frame.protocol is not None and not frame.good
        if self.listener and self.listener(frame):
            return frame
        if frame.kind == packets.ARP and frame.op == 1 and (
                frame.ip_to != self.guest):
            self.link.send(packets.ether(
                self.guest_mac, self.mac, packets.ARP, packets.arp(
                    2, self.mac, frame.ip_to, frame.mac_from, frame.ip_from)))
        elif frame.protocol == packets.TCP and frame.port_to != self.port and (
                not frame.flags & RST):
            self._reset(frame)
        return frame

    def _reset(self, frame):
        self._ip(packets.TCP, packets.tcp(
            frame.ip_to, self.guest, frame.port_to, frame.port_from,
            frame.acknowledged, 0, RST), frame.ip_to)

    def _tcp(self, port, sequence, acknowledged, flags, data=b'', window=65535):
        self._ip(packets.TCP, packets.tcp(
            self.address, self.guest, self.port, port, sequence, acknowledged,
            flags, data, window))

    def _ip(self, protocol, data, source=None):
        self.link.send(packets.ether(self.guest_mac, self.mac, packets.IPV4,
                                     packets.ipv4(source or self.address,
                                                  self.guest, protocol, data)))
