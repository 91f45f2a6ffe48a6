# SPDX-License-Identifier: GPL-2.0-or-later
"""Control: a driver, wherever it is, goes somewhere else: to where there is
nothing, round in a circle, to sleep for ever, or about the business of one that
leaks or floods.  By registers and its own stack, so that the image is the one
that ships and nothing has to be put back.  (Drivers that lie: lies.py.)"""
import struct

import drivers
import lies
import pieces
from kind import Kind
from pages import PAGE
from pieces import call, loop

KERNEL = 0xffffffff80000000
ROOM = 0x600            # below a piece of code, for what it calls


# Jumps.

def _jump(guest, regs, to):
    to &= (1 << 64) - 1
    guest.gdb.set_regs({'rip': to})
    return {'to': hex(to)}


def _somewhere(rng):
    return rng.randrange(1 << 47) & ~0xf


def null(guest, driver, rng, regs):
    return _jump(guest, regs, rng.randrange(PAGE))


def wild(guest, driver, rng, regs):
    return _jump(guest, regs, _somewhere(rng))


def not_canonical(guest, driver, rng, regs):
    return _jump(guest, regs, _somewhere(rng) | 0x41 << 56)


def into_kernel(guest, driver, rng, regs):
    return _jump(guest, regs, KERNEL + rng.randrange(1 << 22))


def into_text(guest, driver, rng, regs):
    return _jump(guest, regs, rng.randrange(*drivers.text(driver)))


def into_data(guest, driver, rng, regs):
    end = drivers.symbols(driver)['_end']
    return _jump(guest, regs, end - rng.randrange(1, 8 * PAGE))


def no_stack(guest, driver, rng, regs):
    to = rng.choice((0, _somewhere(rng), KERNEL, drivers.text(driver)[0]))
    guest.gdb.set_regs({'rsp': to})
    return {'rsp': hex(to)}


# Code of its own.

def _run(guest, regs, code, room=ROOM):
    """Go on with this piece of code, on the stack: below what is in use, or
    where no page is there, on it; that is lost then.  Returns where it ends."""
    for at in regs['rsp'] - 256 - len(code) & ~0xf, regs['rsp'] + 15 & ~0xf:
        try:
            guest.gdb.write(at, code)
            break
        except ValueError:
            continue
    else:
        return None
    guest.gdb.set_regs({'rip': at, 'rsp': at - room})
    return at + len(code)


def _runs(make, room=ROOM):
    """A way that is a piece of code, which MAKE makes of the symbols."""
    def way(guest, driver, rng, regs):
        code = make(drivers.symbols(driver), regs['rsp'] - 0x2000)
        return {'code': code.hex()} if _run(guest, regs, code, room) else None
    return way


def _receive(sym, scratch, option=lies.RECEIVE, wait=0):
    """From the port in rbp."""
    return (pieces.move('r8', 'rbp')
            + call(sym['mach_msg_trap'], scratch, option, 0, 256, None, wait))


def _port(sym):
    return call(sym['mach_reply_port']) + pieces.move('rbp', 'rax')


def _block(sym, scratch):
    return _port(sym) + _receive(sym, scratch)


def _beat_and_sleep(sym, scratch):
    return _port(sym) + loop(call(sym['usrd_beat']) + _receive(
        sym, scratch, lies.RECEIVE | lies.RECEIVE_TIMEOUT, 50))


def _beat(sym, scratch):
    return loop(call(sym['usrd_beat']))


def flood(guest, driver, rng, regs):
    """Messages to kernel-ext that it does not know, or knows too well."""
    sym, at = drivers.symbols(driver), regs['rsp'] - 0x100
    port, = struct.unpack('<I', guest.gdb.read(sym['task_self'], 4))
    what = rng.choice((4804, 4805, 4807, 4808, 2400, 72, 69,
                       rng.randrange(1 << 31)))
    guest.gdb.write(at, struct.pack('<IIQQII', lies.COPY_SEND, 32, port, 0,
                                    0, what))
    code = loop(call(sym['mach_msg_trap'], at, lies.SEND, 32))
    end = _run(guest, {'rsp': at - 0x40}, code)
    return {'id': what} if end else None


# Leaks: a little each time that it goes round its loop.

def _leak(guest, driver, regs, rounds, make):
    """Returns how many pieces ran."""
    turn = drivers.symbols(driver)['usrd_served']
    code = make(drivers.symbols(driver)) + pieces.SPIN
    for n in range(rounds):
        regs = guest.stop_at(driver, turn, 60)
        end = regs and _run(guest, regs, code)
        if not end or not guest.stop_at(
                driver, end - len(pieces.SPIN), 60):
            return n
        guest.gdb.set_regs(regs)
        guest.run(2)
    return rounds


def leak(guest, driver, rng, regs):
    """Its memory= ends it, or it has not leaked enough for that."""
    pages = rng.randrange(64, 257)
    return {'pages': pages, 'rounds': _leak(
        guest, driver, regs, 24, lambda sym: pieces.times(
            pages, call(sym['malloc'], PAGE - 32) + pieces.touch()))}


def leak_ports(guest, driver, rng, regs):
    ports = rng.randrange(10, 200)
    return {'ports': ports, 'rounds': _leak(
        guest, driver, regs, 10, lambda sym: pieces.times(
            ports, call(sym['mach_reply_port'])))}


WAYS = {
    'null-jump': (null, Kind()),
    'wild-jump': (wild, Kind()),
    'not-canonical': (not_canonical, Kind()),
    'into-kernel': (into_kernel, Kind()),
    'into-text': (into_text, Kind()),
    'into-data': (into_data, Kind()),
    'no-stack': (no_stack, Kind()),
    'recursion': (_runs(lambda sym, at: pieces.RECURSE, 0), Kind()),
    'spin': (_runs(lambda sym, at: pieces.SPIN), Kind()),
    'spin-yield': (_runs(lambda sym, at: loop(pieces.trap(pieces.SWTCH))),
                   Kind()),
    'lock': (_runs(lambda sym, at: pieces.wait_for_word(sym['usrd_task'])),
             Kind()),
    'block': (_runs(_block), Kind()),
    'beats-asleep': (_runs(_beat_and_sleep), Kind(may=lies.SEEN)),
    'beats-flood': (_runs(_beat), Kind(may=lies.SEEN)),
    'flood': (flood, Kind()),
    'leak-memory': (leak, Kind()),
    'leak-ports': (leak_ports, Kind()),
}
KINDS = {**{name: kind for name, (_, kind) in WAYS.items()}, **lies.KINDS}


def inject(guest, driver, kind, rng):
    if kind in lies.KINDS:
        return lies.inject(guest, driver, kind, rng)
    regs = guest.catch(driver, rng)
    if not regs:
        return None
    way, _ = WAYS[kind]
    done = way(guest, driver, rng, regs)
    return done and {'at': hex(regs['rip']), **done}
