# SPDX-License-Identifier: GPL-2.0-or-later
"""What tasks/sum writes, and what it says of what it reads."""
import hashlib
import re
import struct

MASK = (1 << 64) - 1


def sequence(seed, size):
    """What tasks/sum fills a range with."""
    words = []
    for n in range(size // 8):
        z = seed + (n + 1) * 0x9e3779b97f4a7c15 & MASK
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & MASK
        z = (z ^ z >> 27) * 0x94d049bb133111eb & MASK
        words.append(z ^ z >> 31)
    return struct.pack(f'<{len(words)}Q', *words)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def expect_sums(m, ranges, by='rpc', task='sum'):
    """The SHA-256 of each range is that of its bytes."""
    for name, data in ranges.items():
        m.expect(rf' {task}#1 log text="{digest(data)} '
                 rf'{re.escape(name)} by {by}"',
                 name=f'the sum of {name} by {by}')
