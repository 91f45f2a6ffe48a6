# SPDX-License-Identifier: GPL-2.0-or-later
"""Class `data`: what a driver has in memory is other than it left it.  Bits of
one word change, of those that are not 0 (unused memory harms nobody): of the
stack and of rings while the machine stands in the driver, at an instruction
that its clients have it execute; of the others at a beat.

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

RINGS = 0x220000000000, 0x230000000000
RING_STEP = 0x200000     # client's page, driver's page, buffers
PAGE_OF_WORDS = struct.Struct('<512Q')
RINGED = ('ramdisk', 'virtio-blk', 'virtio-net', 'e1000', 'e1000e')
DESCRIBED = ('virtio-rng', 'virtio-blk', 'virtio-net', 'e1000', 'e1000e')
# Who asks malloc for anything while it is used.
HEAPED = ('hello', 'uart', 'rtc', 'edu', 'virtio-rng')
KINDS = {'heap': Kind(drivers=HEAPED), 'stack': Kind(), 'global': Kind(),
         'ring': Kind(drivers=RINGED), 'descriptor': Kind(drivers=DESCRIBED)}


def inject(guest, driver, kind, rng):
    there = PLACES[kind](guest, driver, rng)
    found = [(at + 8 * n, frame + 8 * n) for at, frame, low, end in there
             if frame < len(guest.memory)
             for n, word in enumerate(PAGE_OF_WORDS.unpack_from(guest.memory,
                                                                frame))
             if word and low <= at + 8 * n < end]
    if not found:
        return None
    address, at = rng.choice(found)
    was, = struct.unpack_from('<Q', guest.memory, at)
    now = harmed(was, rng)
    struct.pack_into('<Q', guest.memory, at, now)
    return {'at': hex(address), 'was': hex(was), 'is': hex(now)}


def harmed(word, rng):
    """One bit, some bits of one byte, or all of it."""
    way = rng.randrange(4)
    if way < 2:
        return word ^ 1 << rng.randrange(64)
    if way == 2:
        return word ^ rng.randrange(1, 256) << 8 * rng.randrange(8)
    return rng.choice((0, (1 << 64) - 1, rng.getrandbits(64)))


# (address, frame, first, end) of pages of which the words in [first, end) are
# to be harmed.

def _stack(guest, driver, rng):
    """512 bytes from its top are in use."""
    regs = guest.catch(driver, rng)
    if not regs:
        return []
    low = regs['rsp'] & ~7
    return [(at, frame, low, low + 512) for at, frame, _ in pages.mapped(
        guest.memory, guest.gdb.cr3(), low, low + 512)]


def _heap(guest, driver, rng):
    """malloc's first piece is in bss, at its end."""
    at = symbols(scene.DRIVERS[driver].program)
    return [(page, frame, at['first'], at['_end'])
            for page, frame in guest.own_pages(driver).items()]


def _global(guest, driver, rng):
    at = symbols(scene.DRIVERS[driver].program)
    return [(page, frame, page, at['first'])
            for page, frame in guest.own_pages(driver).items()]


def _ring(guest, driver, rng):
    """One of its three parts."""
    which = rng.randrange(3)
    if not guest.catch(driver, rng):
        return []
    return [(at, frame, at, at + pages.PAGE) for at, frame, _ in pages.mapped(
        guest.memory, guest.gdb.cr3(), *RINGS)
        if min(at % RING_STEP // pages.PAGE, 2) == which]


def _descriptor(guest, driver, rng):
    """Queues come first in what a driver takes of its DMA memory."""
    return [(at, frame, at, at + pages.PAGE)
            for at, frame in guest.dma[driver].items()]


PLACES = {'heap': _heap, 'stack': _stack, 'global': _global, 'ring': _ring,
          'descriptor': _descriptor}
