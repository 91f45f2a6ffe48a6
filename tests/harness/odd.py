# SPDX-License-Identifier: GPL-2.0-or-later
"""Values that are on an edge, or wrong; the same from the same seed."""
import random
import struct

from . import packets


class Odd:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def odd(self, bits):
        """A number on an edge, or any."""
        most = (1 << bits) - 1
        return self.random.choice((
            0, 1, 2, most, most - 1, most >> 1, (most >> 1) + 1,
            self.random.randrange(64) & most, self.random.randint(0, most)))

    def maybe(self, usual, bits, odds=0.15):
        return self.odd(bits) if self.random.random() < odds else usual

    def noise(self, most):
        return self.random.randbytes(self.random.choice((
            0, 1, 4, 7, 8, self.random.randint(0, 64),
            self.random.randint(0, most))))

    def options(self, most):
        """Kinds of IP and TCP with lengths that may lie, a multiple of 4."""
        data = b''
        while len(data) < most and self.random.random() < 0.8:
            kind = self.random.choice((0, 1, 2, 3, 4, 5, 8, 7, 68, 131, 137, 148,
                                       self.odd(8)))
            value = self.random.randbytes(self.random.randrange(12))
            data += bytes((kind,)) if kind < 2 else bytes((
                kind, self.maybe(len(value) + 2, 8, .3))) + value
        return (data + bytes(-len(data) % 4))[:most]

    def spoiled(self, data, most):
        """Two thirds of them, to at most so many bytes."""
        return self.random.choices((
            lambda: data, lambda: self._flipped(data),
            lambda: data[:self.random.randint(0, len(data))],
            lambda: data[:self.odd(6)],
            lambda: data + self.noise(max(0, most - len(data))),
            lambda: data[:14] + self.noise(1500)),
            (34, 40, 10, 5, 8, 3))[0]()

    def _flipped(self, data):
        """Some bytes are others, mostly of headers; the sum of IP's header is
        made good again as often as not, or nothing behind it would be seen."""
        changed = bytearray(data)
        for _ in range(self.random.randint(1, 6) if data else 0):
            at = self.random.randrange(min(
                len(data), self.random.choice((34, 60, 80, len(data)))))
            changed[at] = self.random.randrange(256)
        data = bytes(changed)
        if data[12:14] != b'\x08\0' or self.random.random() < .5:
            return data
        size = (data[14] & 15) * 4
        head = data[14:24] + b'\0\0' + data[26:14 + size]
        return data[:24] + struct.pack('!H', packets.checksum(
            head)) + data[26:]
