# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices that say what is not so: of a request that it is done, which it is
not; how much came; whose it was.  Written where they write: the used ring of a
virtqueue, the descriptors of a network controller, at the moment when the
driver looks there.  Its clients may see errors and wrong data: a device is
believed when what it says may be so."""
import struct

import drivers
from kind import Kind

SEEN = frozenset({'error', 'wrong', 'late'})
VIRTIO = ('virtio-blk', 'virtio-rng', 'virtio-net')
E1000 = ('e1000', 'e1000e')
# struct virtqueue of tasks/virtio/virtqueue.h, up to `seen`.
QUEUE = struct.Struct('<?3xIII?7xQQQQQHHH')
RECEIVE = struct.Struct('<QHHBBH')      # a descriptor
DONE = 1
SOME = 256      # descriptors of a ring


def leave(guest, regs):
    """A function that was called returns without having done anything."""
    to, = struct.unpack('<Q', guest.gdb.read(regs['rsp'], 8))
    guest.gdb.set_regs({'rip': to, 'rsp': regs['rsp'] + 8})


class Used:
    """The used ring of the virtqueue that a driver looks at."""

    def __init__(self, guest, address):
        self._gdb = guest.gdb
        (_, self.in_flight, self.size, _, _, _, _, self.at, _, _, _, _,
         self.seen) = QUEUE.unpack(self._gdb.read(address, QUEUE.size))

    @property
    def index(self):
        return struct.unpack('<H', self._gdb.read(self.at + 2, 2))[0]

    @index.setter
    def index(self, value):
        self._gdb.write(self.at + 2, struct.pack('<H', value & 0xffff))

    def _entry(self, n):
        return self.at + 4 + n % self.size * 8

    def __getitem__(self, n):
        return struct.unpack('<II', self._gdb.read(self._entry(n), 8))

    def __setitem__(self, n, value):
        self._gdb.write(self._entry(n), struct.pack('<II', *value))


def _used(guest, driver, rng, full=True):
    """When the driver looks at its used ring and there is something."""
    skip = rng.randrange(4)
    stops = drivers.stops(guest, driver, 'virtqueue_get')
    for regs, _ in zip(stops, range(drivers.TRIES)):
        used = Used(guest, regs['rdi'])
        if used.in_flight and (used.index != used.seen) == full:
            if skip == 0:
                return used
            skip -= 1
    return None


def length(guest, driver, rng):
    used = _used(guest, driver, rng)
    if not used:
        return None
    who, was = used[used.seen]
    now = rng.choice((0, 1, was // 2, was - 1, was + 1, 0xffffffff,
                      rng.randrange(1 << 32))) & 0xffffffff
    used[used.seen] = who, now
    return {'length': now, 'was': was}


def whose(guest, driver, rng):
    used = _used(guest, driver, rng)
    if not used:
        return None
    was, many = used[used.seen]
    now = rng.choice((rng.randrange(used.size), used.size, 0xffffffff,
                      rng.randrange(1 << 32)))
    used[used.seen] = now, many
    return {'id': now, 'was': was}


def ahead(guest, driver, rng):
    """More is done than was asked for, or nearly."""
    used = _used(guest, driver, rng, rng.random() < 0.5)
    if not used:
        return None
    by = rng.choice((1, 2, used.in_flight, 0x8000, rng.randrange(1 << 16)))
    used.index += by
    return {'by': by}


def twice(guest, driver, rng):
    """The last one again."""
    used = _used(guest, driver, rng)
    if not used:
        return None
    used[used.index] = used[used.seen]
    used.index += 1
    return {'id': used[used.seen][0]}


def all_ones(guest, driver, rng):
    used = _used(guest, driver, rng)
    if not used:
        return None
    guest.gdb.write(used.at, b'\xff' * (4 + used.size * 8))
    return {'entries': used.size}


# Descriptors of network controllers.

def _descriptor(guest, driver, which, rng):
    """Where the driver looks next, of those that it receives into (rx) or
    sends from (tx)."""
    look = {'rx': 'e1000_receive_collect', 'tx': 'e1000_transmit_collect'}
    if not guest.stop_at(driver, drivers.symbols(driver)[look[which]], 60):
        return None
    ring, _, first, count = struct.unpack('<QQII', guest.gdb.read(
        drivers.first(driver, which), 24))
    return ring + (first + rng.randrange(min(count, 3) or 1)) % SOME * 16


def received(guest, driver, rng):
    """Done, which it is not, or another length, or errors."""
    at = _descriptor(guest, driver, 'rx', rng)
    if not at:
        return None
    address, size, total, status, errors, special = RECEIVE.unpack(
        guest.gdb.read(at, RECEIVE.size))
    size = rng.choice((0, 1, 60, 1514, 2048, 0xffff, rng.randrange(1 << 16)))
    status = rng.choice((status, status | DONE, DONE | 2, rng.randrange(256)))
    errors = rng.choice((0, errors, rng.randrange(256)))
    guest.gdb.write(at, RECEIVE.pack(address, size, total, status, errors,
                                     special))
    return {'length': size, 'status': status, 'errors': errors}


def sent(guest, driver, rng):
    """Done before it is."""
    at = _descriptor(guest, driver, 'tx', rng)
    if not at:
        return None
    status = rng.choice((DONE, rng.randrange(1 << 32)))
    guest.gdb.write(at + 12, struct.pack('<I', status))
    return {'status': status}


WAYS = {
    'used-length': (length, VIRTIO), 'used-id': (whose, VIRTIO),
    'used-ahead': (ahead, VIRTIO), 'used-twice': (twice, VIRTIO),
    'used-ones': (all_ones, VIRTIO),
    'received': (received, E1000), 'sent': (sent, E1000),
}
KINDS = {name: Kind(drivers, SEEN) for name, (_, drivers) in WAYS.items()}


def inject(guest, driver, kind, rng):
    return WAYS[kind][0](guest, driver, rng)
