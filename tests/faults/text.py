# SPDX-License-Identifier: GPL-2.0-or-later
"""Class `text`: an instruction of a driver is another, as MINIX 3's and Nooks'
injectors have it.  It is changed in memory, in the pages that all incarnations
of the driver share, while the machine stands, and put back at the first beat
after the driver died of it, at most 20 ms later: an incarnation that is ready
by then may die of it, too.

Only instructions that are executed: while its clients use it, or (one fault in
four) when it starts, which an operator's `kill` then has it do."""
from kind import Kind
from programs import instructions
import scene

PREFIXES = {0x66, 0x67, 0xf0, 0xf2, 0xf3, *range(0x40, 0x50)}
KINDS = {name: Kind() for name in ('bit', 'skip', 'change', 'register',
                                   'branch', 'bound')}
# One-byte opcodes with a ModRM byte.
MODRM = {n for n in range(64) if n & 7 < 4} | {
    0x63, 0x69, 0x6b, *range(0x80, 0x90), 0xc0, 0xc1, 0xc6, 0xc7,
    *range(0xd0, 0xd4), 0xf6, 0xf7, 0xfe, 0xff}


def parts(code):
    """(where the opcode is, where its ModRM byte or None)."""
    at = 0
    while at < len(code) - 1 and code[at] in PREFIXES:
        at += 1
    if code[at] == 0x0f:
        second = code[at + 1] if at + 1 < len(code) else 0
        plain = second in (0x05, 0x0b, 0x31, 0xa2, *range(0x80, 0x90),
                           *range(0xc8, 0xd0))
        return at, None if plain or at + 2 >= len(code) else at + 2
    return at, at + 1 if code[at] in MODRM and at + 1 < len(code) else None


def flipped(code, text, rng):
    bit = rng.randrange(8 * len(code))
    new = bytearray(code)
    new[bit // 8] ^= 1 << bit % 8
    return new


def skipped(code, text, rng):
    return b'\x90' * len(code)


def changed(code, text, rng):
    """Another opcode, or bytes at random."""
    if rng.random() < 0.5:
        new = bytearray(code)
        new[parts(code)[0]] = rng.randrange(256)
        return new
    return rng.randbytes(len(code))


def swapped(code, text, rng):
    """Another register in its ModRM byte."""
    at = parts(code)[1]
    if at is None:
        return None
    new = bytearray(code)
    new[at] ^= rng.randrange(1, 8) << rng.choice((0, 3))
    return new


def inverted(code, text, rng):
    """jcc as its opposite; a jump that always is, never."""
    at = parts(code)[0]
    new = bytearray(code)
    if 0x70 <= code[at] < 0x80:
        new[at] ^= 1
    elif code[at] == 0x0f and at + 1 < len(code) and \
            0x80 <= code[at + 1] < 0x90:
        new[at + 1] ^= 1
    else:
        return None
    return new


def bounded(code, text, rng):
    """The number that it compares with, adds or subtracts is one more or less."""
    at, modrm = parts(code)
    size = {0x83: 1, 0x80: 1, 0x3c: 1, 0x04: 1, 0x2c: 1, 0x81: 4, 0x3d: 4,
            0x05: 4, 0x2d: 4}.get(code[at])
    if not size or len(code) <= size or 0x66 in code[:at] or (
            modrm and (code[modrm] >> 3 & 7) not in (0, 5, 7)):
        return None
    value = int.from_bytes(code[-size:], 'little') + rng.choice((-1, 1))
    return code[:-size] + (value % (1 << 8 * size)).to_bytes(size, 'little')


CHANGES = {'bit': flipped, 'skip': skipped, 'change': changed,
           'register': swapped, 'branch': inverted, 'bound': bounded}


def inject(guest, driver, kind, rng):
    d = scene.DRIVERS[driver]
    starts = rng.random() < (0.9 if d.starts else 0.25)
    places = guest.executed[d.program]['start' if starts else 'load']
    listing = instructions(d.program)
    every = [*listing]
    for _ in range(4000):
        address = rng.choice(every)     # the same whatever else is executed
        if address not in places:
            continue
        code, text = listing[address]
        frame = guest.text[driver].get(address & ~0xfff)
        new = CHANGES[kind](code, text, rng)
        if new and new != code and frame is not None and \
                (address & 0xfff) + len(code) <= 4096:
            break
    else:
        return None
    at = frame + (address & 0xfff)
    if guest.gdb.read_phys(at, len(code)) != code:
        return None     # not what the file has: it is not put back right
    guest.gdb.write_phys(at, bytes(new))
    guest.undo_after(driver, 1 + starts,
                     lambda: guest.gdb.write_phys(at, code))
    if starts:
        guest.operator('kill', driver)
    return {'at': hex(address), 'was': code.hex(), 'is': bytes(new).hex(),
            'instruction': text.split('#')[0].strip(), 'start': starts}
