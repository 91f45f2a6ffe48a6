# SPDX-License-Identifier: GPL-2.0-or-later
"""Drivers that lie: one answer of a driver to a client, or one of its
heartbeats, is changed on its way out.  What is a lie nobody can know from what
is so: its clients may see errors and wrong data."""
import struct

import drivers
from kind import Kind

# Of Mach's mach_msg().
SEND, RECEIVE, RECEIVE_TIMEOUT = 1, 2, 0x100
COPY_SEND = 19
HEAD = struct.Struct('<IIQQII')     # bits size remote local sequence id
BODY = HEAD.size + 16               # after the type and value of its result
DEVICE_REPLIES = range(2900, 3000)

SEEN = frozenset({'error', 'wrong', 'late'})
ERRORS = (*range(1, 20), *range(2500, 2513), -300, -301, -305, -308,
          0x10000004, 0x10004003)


def _answer(guest, driver, rng):
    """Stands before an answer to a client: registers, message."""
    skip = rng.randrange(5)
    stops = drivers.stops(guest, driver, 'mach_msg_trap', 40)
    for regs, _ in zip(stops, range(drivers.TRIES)):
        if not regs['rsi'] & SEND or regs['rdx'] < HEAD.size + 16:
            continue
        message = guest.gdb.read(regs['rdi'], regs['rdx'])
        if HEAD.unpack_from(message)[5] not in DEVICE_REPLIES:
            continue
        if skip == 0:
            return regs, message
        skip -= 1
    return None, b''


def result(guest, rng, regs, message):
    code = rng.choice(ERRORS)
    guest.gdb.write(regs['rdi'] + BODY - 8, struct.pack('<i', code))
    return {'result': code}


def identity(guest, rng, regs, message):
    number = rng.choice((0, 71, 2900, 2901, rng.randrange(1 << 31)))
    guest.gdb.write(regs['rdi'] + HEAD.size - 4, struct.pack('<I', number))
    return {'id': number}


def bits(guest, rng, regs, message):
    """Anywhere after the header: types, counts, data."""
    at = rng.randrange(HEAD.size, len(message))
    bit = rng.randrange(8)
    guest.gdb.write(regs['rdi'] + at, bytes((message[at] ^ 1 << bit,)))
    return {'at': at, 'bit': bit}


def shorter(guest, rng, regs, message):
    size = rng.randrange(HEAD.size, len(message), 4)
    guest.gdb.set_regs({'rdx': size})
    return {'size': size, 'of': len(message)}


def longer(guest, rng, regs, message):
    size = len(message) + 4 * rng.randrange(1, 64)
    guest.gdb.set_regs({'rdx': size})
    return {'size': size, 'of': len(message)}


def lost(guest, rng, regs, message):
    guest.gdb.set_regs({'rsi': regs['rsi'] & ~SEND})
    return {'id': HEAD.unpack_from(message)[5]}


ANSWERS = {
    'answer-result': result,
    'answer-id': identity,
    'answer-bit': bits,
    'answer-shorter': shorter,
    'answer-longer': longer,
    'answer-lost': lost,
}
KINDS = {name: Kind(may=SEEN)
         for name, way in ANSWERS.items()}
KINDS['beat-figures'] = Kind(may=SEEN)


def _beat(guest, driver, rng):
    """What a heartbeat says of the driver: its status, how much it has to do,
    for how long."""
    regs = guest.stop_at(
        driver, drivers.symbols(driver)['usrd_msg_heartbeat'], 60)
    if not regs:
        return None
    words = [rng.choice((0, 1, rng.randrange(1 << 32), (1 << 32) - 1))
             for _ in range(8)]
    guest.gdb.set_regs({'rsi': rng.randrange(1 << 32)})
    guest.gdb.write(regs['rdx'], struct.pack('<8I', *words))
    return {'words': words}


def inject(guest, driver, kind, rng):
    if kind == 'beat-figures':
        return _beat(guest, driver, rng)
    regs, message = _answer(guest, driver, rng)
    return ANSWERS[kind](guest, rng, regs, message) if regs else None
