# SPDX-License-Identifier: GPL-2.0-or-later
"""Class `data`: what a driver has in memory is other than it left it.  The
machine stands in the driver, at an instruction that its clients have it
execute; then bits of one word change.

heap, stack, global     the incarnation's own, and gone with it
ring                    a page of a ring: the client's orders, the driver's
                        answers, the buffers; it outlives the driver
descriptor              memory that its device reads what to do from

Nothing is put back: the next incarnation has to cope with a ring and with
descriptors as they stand."""
import struct

import pages
import scene
from kind import Kind
from programs import symbols

RINGS, RINGS_END = 0x220000000000, 0x230000000000
DMA, DMA_END = 0x210000000000, 0x220000000000
RING_STEP = 0x200000     # client's page, driver's page, buffers
PAGE_OF_WORDS = struct.Struct('<512Q')
RINGED = ('ramdisk', 'virtio-blk', 'virtio-net', 'e1000', 'e1000e')
DESCRIBED = ('virtio-rng', 'virtio-blk', 'virtio-net', 'e1000', 'e1000e')
# Who asks malloc for anything while it is used.
HEAPED = ('hello', 'uart', 'rtc', 'edu', 'virtio-rng')
KINDS = {'heap': Kind(drivers=HEAPED), 'stack': Kind(), 'global': Kind(),
         'ring': Kind(drivers=RINGED), 'descriptor': Kind(drivers=DESCRIBED)}


def inject(guest, driver, kind, rng):
    regs = guest.catch(driver, rng)
    if not regs:
        return None
    word = PLACES[kind](guest, driver, regs, guest.gdb.cr3(), rng)
    if word is None:
        return None
    address, at = word
    was, = struct.unpack_from('<Q', guest.memory, at)
    now = harmed(was, rng)
    struct.pack_into('<Q', guest.memory, at, now)
    return {'in': hex(regs['rip']), 'at': hex(address), 'was': hex(was),
            'is': hex(now)}


def harmed(word, rng):
    """One bit, some bits of one byte, or all of it."""
    way = rng.randrange(4)
    if way < 2:
        return word ^ 1 << rng.randrange(64)
    if way == 2:
        return word ^ rng.randrange(1, 256) << 8 * rng.randrange(8)
    return rng.choice((0, (1 << 64) - 1, rng.getrandbits(64)))


def _words(guest, cr3, first, end, rng, own=False, page=lambda address: True):
    """A word of [first, end) that is mapped (own: and was written to), of
    those that are not 0, for unused memory harms nobody: (address, physical)."""
    found = []
    for at, frame, entry in pages.mapped(guest.memory, cr3, first, end):
        if frame >= len(guest.memory) or not page(at) or \
                own and not entry & pages.WRITABLE:
            continue
        words = PAGE_OF_WORDS.unpack_from(guest.memory, frame)
        found += [(at + 8 * n, frame + 8 * n) for n, word in enumerate(words)
                  if word and first <= at + 8 * n < end]
    return rng.choice(found) if found else None


def _stack(guest, driver, regs, cr3, rng):
    """From its top; 512 bytes are in use."""
    return _words(guest, cr3, regs['rsp'] & ~7, regs['rsp'] + 512, rng)


def _heap(guest, driver, regs, cr3, rng):
    """malloc's first piece is in bss, at its end."""
    at = symbols(scene.DRIVERS[driver].program)
    return _words(guest, cr3, at['first'], at['_end'], rng, True)


def _global(guest, driver, regs, cr3, rng):
    """.data and .bss up to there."""
    at = symbols(scene.DRIVERS[driver].program)
    low = min(a for name, a in at.items() if a > at['__fini_array_end'])
    return _words(guest, cr3, low & -pages.PAGE, at['first'], rng, True)


def _ring(guest, driver, regs, cr3, rng):
    which = rng.randrange(3)
    return _words(guest, cr3, RINGS, RINGS_END, rng, page=lambda at: min(
        at % RING_STEP // pages.PAGE, 2) == which)


def _descriptor(guest, driver, regs, cr3, rng):
    """Queues come first in what a driver takes of its DMA memory."""
    return _words(guest, cr3, DMA, DMA + 4 * pages.PAGE, rng)


PLACES = {'heap': _heap, 'stack': _stack, 'global': _global, 'ring': _ring,
          'descriptor': _descriptor}
