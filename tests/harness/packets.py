# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of Ethernet, ARP, IPv4 and what is in it, built and taken apart."""
import socket
import struct

BROADCAST = b'\xff' * 6
ARP, IPV4, IPV6, VLAN = 0x0806, 0x0800, 0x86dd, 0x8100
ICMP, TCP, UDP = 1, 6, 17
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def ip(text):
    return socket.inet_aton(text)


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data[:len(data) & ~1]))
    if len(data) & 1:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ether(to, source, kind, data):
    return to + source + struct.pack('!H', kind) + data


def arp(op, mac_from, ip_from, mac_to, ip_to):
    return struct.pack('!HHBBH', 1, IPV4, 6, 4, op) + (
        mac_from + ip_from + mac_to + ip_to)


def ipv4(source, to, protocol, data, number=0, fragment=0, ttl=64, options=b'',
         length=None, version=4, words=None):
    """length, version and words (of the header) are what they say."""
    head = struct.pack('!BBHHHBBH', version << 4 | (
        words if words is not None else 5 + len(options) // 4), 0,
        20 + len(options) + len(data) if length is None else length & 0xffff,
        number, fragment, ttl, protocol, 0) + source + to + options
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + data


def with_sum(source, to, protocol, data, at):
    """data of the protocol with its checksum at this byte."""
    pseudo = source + to + struct.pack('!BBH', 0, protocol, len(data) & 0xffff)
    data = data[:at] + b'\0\0' + data[at + 2:]
    total = checksum(pseudo + data) or 0xffff
    return data[:at] + struct.pack('!H', total) + data[at + 2:]


def icmp(kind, code, rest):
    data = struct.pack('!BBH', kind, code, 0) + rest
    return data[:2] + struct.pack('!H', checksum(data)) + data[4:]


def udp(source, to, port_from, port_to, data, length=None):
    head = struct.pack('!HHHH', port_from, port_to, 8 + len(data)
                       if length is None else length & 0xffff, 0)
    return with_sum(source, to, UDP, head + data, 6)


def tcp(source, to, port_from, port_to, sequence, acknowledged, flags,
        data=b'', window=65535, options=b'', words=None, urgent=0):
    head = struct.pack('!HHIIBBHHH', port_from, port_to, sequence & 0xffffffff,
                       acknowledged & 0xffffffff, (
                           words if words is not None
                           else 5 + len(options) // 4) << 4,
                       flags, window, 0, urgent) + options
    return with_sum(source, to, TCP, head + data, 16)


class Frame:
    """What is in a frame of somebody who keeps to the rules: kind, and then
    ARP's op and addresses, or IP's protocol, ports and so on."""

    def __init__(self, data):
        self.to, self.source = data[:6], data[6:12]
        self.kind = int.from_bytes(data[12:14], 'big')
        self.protocol = self.port_from = self.port_to = None
        if self.kind == ARP:
            self.op, = struct.unpack('!H', data[20:22])
            self.mac_from, self.ip_from = data[22:28], data[28:32]
            self.mac_to, self.ip_to = data[32:38], data[38:42]
        elif self.kind == IPV4:
            self._ipv4(data[14:])

    def _ipv4(self, data):
        size = (data[0] & 15) * 4
        length, self.number, self.fragment = struct.unpack('!HHH', data[2:8])
        self.protocol = data[9]
        self.ip_from, self.ip_to = data[12:16], data[16:20]
        self.good = checksum(data[:size]) == 0
        self.data = data = data[size:length]
        if self.protocol in (TCP, UDP) and not self.fragment & 0x3fff:
            self.port_from, self.port_to = struct.unpack('!HH', data[:4])
            if self.protocol == TCP:
                self._tcp(data)
            else:
                self.payload = data[8:]
                self.good = self.good and (data[6:8] == b'\0\0' or with_sum(
                    self.ip_from, self.ip_to, UDP, data, 6) == data)

    def _tcp(self, data):
        self.sequence, self.acknowledged, words, self.flags, self.window = (
            struct.unpack('!IIBBH', data[4:16]))
        self.payload = data[(words >> 4) * 4:]
        self.good = self.good and with_sum(
            self.ip_from, self.ip_to, TCP, data, 16) == data
