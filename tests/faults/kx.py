# SPDX-License-Identifier: GPL-2.0-or-later
"""kernel-ext as the campaign uses it: standing at the top of its loop, between
two messages, it is made to call functions of its own, as its watchdog and the
operator's commands do.  So deaths come at a chosen message of a restart, and
several at once."""
import re
import struct

from programs import ROOT, symbols

ALIVE = 2               # enum kx_phase
PIECE, PIECES = 1024, 3  # of memory; that is more than a struct kx_task
ARGUMENTS = ('rdi', 'rsi', 'rdx')
BELOW = 1024            # of its stack, for a call
SILENCE = 200           # beats: the guard ends the machine before (3 s)


def _enumerated(file, prefix):
    """{name without its prefix: value} of an enumeration without values."""
    text = (ROOT / 'kernel-ext' / file).read_text()
    names = re.findall(rf'^    {prefix}(\w+),', text, re.M)
    return {name: n for n, name in enumerate(names)}


EVENTS = _enumerated('state.h', 'KX_EV_')
CAUSES = _enumerated('policy.h', 'KX_CAUSE_')


def top(guest, passes=1):
    """Stands at the top of its loop, so many times later."""
    for _ in range(passes):
        regs = guest.stop_at(None, symbols()['kx_tty_pump'], SILENCE)
        if not regs:
            raise RuntimeError('kernel-ext does nothing')
    return regs


def after(guest, function, beats=20):
    """At its top when it has done that next; or has not, in so many beats."""
    guest.until([(None, symbols()[function])], beats)
    return top(guest)


def call(guest, function, *arguments):
    """It stands at its top, and again afterwards: what was returned."""
    regs = guest.gdb.regs()
    stack = (regs['rsp'] - BELOW & ~0xf) - 8
    guest.gdb.write(stack, struct.pack('<Q', symbols()['kx_tty_pump']))
    guest.gdb.set_regs({**dict(zip(ARGUMENTS, arguments)), 'rsp': stack,
                        'rip': symbols()[function]})
    result = top(guest)['rax']
    guest.gdb.set_regs(regs)
    return result


def task(guest, name):
    """The address of what it knows of that task."""
    at = guest.gdb.regs()['rsp'] - 2 * BELOW
    guest.gdb.write(at, name.encode() + b'\0')
    found = call(guest, 'kx_task_find', at)
    if not found:
        raise ValueError(f'kernel-ext knows no {name}')
    return found


def order(guest, name, event):
    """What the operator's command does; True: it was obeyed."""
    return call(guest, 'kx_event', task(guest, name), EVENTS[event]) & 0xff != 0


def current(guest, name):
    """The incarnation that runs: the pointer in its task to one that is alive
    and points back; None."""
    first = symbols()['kx_incarnations']
    at = task(guest, name)
    what = b''.join(guest.gdb.read(at + n * PIECE, PIECE)
                    for n in range(PIECES))
    for word, in struct.iter_unpack('<Q', what):
        if word < first or word > first + (1 << 20):
            continue
        phase, _, back = struct.unpack('<IIQ', guest.gdb.read(word, 16))
        if phase == ALIVE and back == at:
            return word
    return None


def kill(guest, name, cause):
    """It is found to be dead of that cause; False: it is already."""
    found = current(guest, name)
    if found:
        call(guest, 'kx_kill', found, CAUSES[cause], 0)
    return bool(found)
