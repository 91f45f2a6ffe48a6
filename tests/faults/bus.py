# SPDX-License-Identifier: GPL-2.0-or-later
"""PCI functions as the campaign reaches them past the guest: their configuration
space by QEMU's monitor, their registers by its gdb stub."""
import re
import struct

ADDRESS, DATA = 0xcf8, 0xcfc    # of configuration space; the guest uses them
COMMAND, BARS = 4, 0x10
MEMORY, NO_INTX = 2, 1 << 10    # bits of the command register
ONES = '00:1e.0'                # the function whose memory is all ones


def _in(guest, port):
    return int(re.search(r'= 0x(\w+)', guest.hmp(f'i/w {port:#x}'))[1], 16)


def _out(guest, port, value):
    guest.hmp(f'o/w {port:#x} {value:#x}')


def _at(function, offset):
    bus, slot, number = (int(n, 16) for n in re.split('[:.]', function))
    return 1 << 31 | bus << 16 | slot << 11 | number << 8 | offset


def read(guest, function, offset):
    was = _in(guest, ADDRESS)
    _out(guest, ADDRESS, _at(function, offset))
    value = _in(guest, DATA)
    _out(guest, ADDRESS, was)
    return value


def write(guest, function, offset, value):
    """The guest may stand between the two steps of an access of its own."""
    was = _in(guest, ADDRESS)
    _out(guest, ADDRESS, _at(function, offset))
    _out(guest, DATA, value)
    _out(guest, ADDRESS, was)


def bar(guest, function, n):
    """Where it is: of memory below 4 GiB."""
    return read(guest, function, BARS + 4 * n) & ~0xf


def command(guest, function, on=0, off=0):
    value = read(guest, function, COMMAND) & 0xffff     # status: as it is
    write(guest, function, COMMAND, value & ~off | on)


def cover(guest, address):
    """What is at this address reads as ones, and takes nothing, until
    uncover(): another function's memory, which is so, lies above it."""
    write(guest, ONES, BARS + 8, address)
    write(guest, ONES, BARS + 12, 0)
    command(guest, ONES, on=MEMORY)


def uncover(guest):
    command(guest, ONES, off=MEMORY)


def poke(guest, address, value):
    """A register, 32 bits."""
    guest.gdb.write_phys(address, struct.pack('<I', value))
