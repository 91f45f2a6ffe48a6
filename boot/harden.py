# SPDX-License-Identifier: GPL-2.0-or-later
"""A copy of the kernel without what any task can panic it with by a trap.

    harden.harden(data)     a kernel, gzipped or not -> the same, hardened

The kernel believes the pointers and sizes that these fast traps are given, and
no supervisor stands between a task and a trap.  Nothing here uses them, nor does
the Hurd's own library need more of them than mach_print.  In the kernel's table
of traps their entries become what an entry without a trap is.  The table is
found, in a stripped kernel too, by the names that its entries point to.

One byte more: of the faults that the kernel takes on a user's behalf it takes one at
address 0, and no other, for its own, and panics.  That is mach_msg() with a null
pointer, and a jump to an address that is none and whose low half is zero
(0x2d00d0a000000000, a return address that is off by some bytes), after which it
looks for the instruction at that half.  Address 0 becomes a user's like 1.

And one branch less: mach_msg() has a short way for RPCs, on which it takes the
reply port's name for that of a receive right, whatever it is, and panics where it
is not.  It is not taken any more; the long way looks, and joins it behind that.

And one more: for a message the kernel takes and clears memory, as much as the size
says that mach_msg() is given, before it looks whether the message is there: 64 MiB
keep it, and everybody, for two seconds.  From 64 KiB on there is no buffer, which
is said in the gap before the code that takes it.

And one byte more: a task's trace and nested-task flags stay set when it traps into the
kernel, where the first is an exception of the kernel's own and the second makes one of
its next return to anybody, both of which it panics at. They join the flags that a trap
clears, and so does the direction flag, against which not all of its copies guard.

Nothing else changes; a kernel in which anything is not as expected is refused.
"""

import gzip
import re
import struct

TRAPS = {30: "mach_print", 39: "syscall_device_writev_request",
         40: "syscall_device_write_request", 77: "thread_set_self_state"}
# What must be where, that this is the table at all.
KNOWN = {0: "kern_invalid", 25: "mach_msg_trap", 26: "mach_reply_port",
         28: "mach_task_self", 31: "kern_invalid", 61: "thread_switch",
         64: "syscall_vm_map", 78: "kern_invalid", **TRAPS}
INVALID = "kern_invalid"
# In kernel_trap: is the address, less one, below the kernel's?
USERS = re.compile(rb"\x48[\xb8-\xbf]\xfe\xff\xff\x7f\xff\xff\xff\xff"  # movabs
                   rb"(?:\x48\x8b..)?"                               # mov
                   rb"[\x48\x49\x4c\x4d]\x8d[\x40-\x7f]\xff"         # lea -1
                   rb"[\x48\x49\x4c\x4d]\x39", re.DOTALL)            # cmp
LESS = -3               # from its end: what lea adds
# In mach_msg_trap: is it a reply? a request? (cmp, je, cmp, je)
REQUEST = re.compile(rb"\x83\xf8\x12\x0f\x84....\x3d\x13\x15\x00\x00"
                     rb"\x0f\x84....", re.DOTALL)
BRANCH = -6             # from its end: the second je
NO_BRANCH = b"\x66\x0f\x1f\x44\x00\x00"    # nop, as long
# In ipc_kmsg_get, the size in esi: is it aligned, is twice that too much for what
# is at hand? The memory is taken elsewhere, behind a gap of seven bytes.
SIZE = re.compile(rb"\x40\xf6\xc6\x07\x0f\x85....\x44\x8d\x2c\x36"
                  rb"\x49\x89.\x49\x89.\x41\x81\xfd\xe0\x0f\0\0\x77.", re.DOTALL)
TAKE = re.compile(rb"\x0f\x1f\x80\0{4}\x49\x83\xc5\x20\x4c\x89\xef\xe8...."
                  rb"\x48\x89\xc5\x48\x85\xc0\x74.", re.DOTALL)
GAP = 7
NO_BUFFER = b"\xb8\x0d\x00\x00\x10"             # mov $MACH_SEND_NO_BUFFER,%eax
TOO_LONG = b"\xc1\xee\x10\x75"                   # shr $16,%esi; jne
# Of the flags that SYSCALL clears (IA32_FMASK): the interrupt flag and IOPL.
FLAGS = re.compile(rb"\xb9\x84\0\0\xc0\xb8\0\x32\0\0\x31\xd2\x0f\x30", re.DOTALL)
CLEARED = -7            # from its end: their second byte
MORE = 0x77             # and TF, DF and NT
MAX_ARGUMENTS = 11

_EHDR = struct.Struct("<4x2B10xHHIQQQIHHH")
_PHDR = struct.Struct("<IIQQQQQQ")
# Of the kernel's mach_trap_t: arguments, function, may it lose its stack, name.
_ENTRY = struct.Struct("<IxxxxQIxxxxQ")


class Unexpected(Exception):
    """This kernel is none that is known well enough to be changed."""


class _Elf:
    def __init__(self, data):
        self.data = data
        if data[:4] != b"\x7fELF" or len(data) < 64:
            raise Unexpected("is not an ELF file")
        head = _EHDR.unpack_from(data)
        bits, order, kind, machine, phoff = (*head[:4], head[6])
        size, count = head[10], head[11]
        if (bits, order, kind, machine) != (2, 1, 2, 62):
            raise Unexpected("is not an x86-64 executable")
        if size != _PHDR.size or phoff + count * size > len(data):
            raise Unexpected("has program headers that are not all there")
        loads = [_PHDR.unpack_from(data, phoff + n * size)
                 for n in range(count)]
        # flags, offset, address, bytes in the file
        self.loads = [(p[1], p[2], p[3], p[5]) for p in loads if p[0] == 1]
        if any(at + size > len(data) for _, at, _, size in self.loads):
            raise Unexpected("has a segment that is not all there")

    def is_code(self, address):
        return any(flags & 1 and start <= address < start + size
                   for flags, _, start, size in self.loads)

    def name(self, address):
        """The C identifier that is there, or None."""
        for _, at, start, size in self.loads:
            if start <= address < start + size:
                text = self.data[at + address - start:][:64].split(b"\0")[0]
                name = text.decode("ascii", "replace")
                return name if name.isidentifier() else None
        return None

    def entry(self, at):
        """(function, name) of what may be an entry of the table, or None."""
        if at + _ENTRY.size > len(self.data):
            return None
        arguments, function, stack, name = _ENTRY.unpack_from(self.data, at)
        if arguments > MAX_ARGUMENTS or stack > 1:
            return None
        name = self.name(name) if self.is_code(function) else None
        return (function, name) if name else None


def _table(elf):
    """Where it begins, in the file."""
    found = []
    for flags, at, _, size in elf.loads:
        if flags & 1:
            continue
        for start in range(at, at + size - len(KNOWN) * _ENTRY.size, 8):
            if all((elf.entry(start + n * _ENTRY.size) or (0, ""))[1] == name
                   for n, name in KNOWN.items()):
                found.append(start)
    if len(found) != 1:
        raise Unexpected(f"has {len(found)} tables of traps that look as "
                         "expected, not one")
    return found[0]


def _only(elf, pattern, what):
    """The end of the only place like that in its code, in the file."""
    found = [match.end() for flags, at, _, size in elf.loads if flags & 1
             for match in pattern.finditer(elf.data, at, at + size)]
    if len(found) != 1:
        raise Unexpected(f"{what} in {len(found)} places as expected, not one")
    return found[0]


def _less(elf):
    """Where what is added to the address is, in the file."""
    return _only(elf, USERS, "looks at a fault's address") + LESS


def _branch(elf):
    """Where the branch to the short way is, in the file."""
    return _only(elf, REQUEST, "looks for RPCs") + BRANCH


def _cleared(elf):
    """Where the flags are that a trap clears, in the file."""
    return _only(elf, FLAGS, "clears flags") + CLEARED


def _gap(elf):
    """{where: bytes} in the file: the branch to the code that takes memory for a
    message, and the gap before that."""
    branch = _only(elf, SIZE, "takes memory for a message") - 1
    gap = branch + 1 + elf.data[branch] - GAP
    take = TAKE.match(elf.data, gap)
    if not take:
        raise Unexpected("takes memory for a message otherwise")
    error = take.end() + elf.data[take.end() - 1]
    jump = error - gap - len(TOO_LONG) - 1
    if elf.data[error:error + len(NO_BUFFER)] != NO_BUFFER or jump > 127:
        raise Unexpected("has no buffer for a message otherwise")
    code = TOO_LONG + bytes((jump,))
    return {branch: bytes((elf.data[branch] - GAP,)),
            gap: code.ljust(GAP, b"\x90")}


def _changed(data):
    elf = _Elf(data)
    start = _table(elf)
    entries = [elf.entry(start + n * _ENTRY.size)
               for n in range(max(KNOWN) + 1)]
    if None in entries:
        raise Unexpected(f"has no trap {entries.index(None)}")
    invalid = {function for function, name in entries if name == INVALID}
    if len(invalid) != 1:
        raise Unexpected("has invalid traps of several kinds")
    for number, name in TRAPS.items():
        if entries[number][0] in invalid or \
                [entry[1] for entry in entries].count(name) != 1:
            raise Unexpected(f"has {name} more than once, or not at all")
    result = bytearray(data)
    result[_less(elf)] = 0
    result[_cleared(elf)] = MORE
    branch = _branch(elf)
    result[branch:branch + len(NO_BRANCH)] = NO_BRANCH
    for where, code in _gap(elf).items():
        result[where:where + len(code)] = code
    # The one after mach_print's is an invalid trap, as KNOWN says.
    source = start + 31 * _ENTRY.size
    for number in TRAPS:
        at = start + number * _ENTRY.size
        result[at:at + _ENTRY.size] = data[source:source + _ENTRY.size]
    return bytes(result)


def harden(data):
    """DATA with the entries changed; Unexpected if it is not as expected."""
    if data[:2] != b"\x1f\x8b":
        return _changed(data)
    try:
        plain = gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise Unexpected(f"cannot be unpacked: {error}") from None
    return gzip.compress(_changed(plain), mtime=0)
