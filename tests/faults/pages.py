# SPDX-License-Identifier: GPL-2.0-or-later
"""Page tables of x86-64, four levels, in a copy of the machine's memory."""
import struct

PAGE = 4096
PRESENT, WRITABLE, USER, LARGE = 1, 2, 4, 0x80
FRAME = 0x000ffffffffff000


def _entry(memory, table, index):
    at = (table & FRAME) + index * 8
    if at + 8 > len(memory):
        return 0
    return struct.unpack_from('<Q', memory, at)[0]


def walk(memory, cr3, address):
    """(physical address, entry) or None where nothing is mapped."""
    entry = cr3
    for shift in 39, 30, 21, 12:
        entry = _entry(memory, entry, address >> shift & 0x1ff)
        if not entry & PRESENT:
            return None
        if shift == 12 or entry & LARGE:
            size = 1 << shift
            return (entry & FRAME & -size) + (address & size - 1), entry
    return None


def mapped(memory, cr3, first, end):
    """(address, physical address, entry) of each page that a user has of
    [first, end), tables that are not there passed over."""
    yield from _level(memory, cr3, 39, 0, first, end)


def _level(memory, table, shift, base, first, end):
    for index in range(512):
        low = base + (index << shift)
        if low >= end or low + (1 << shift) <= first:
            continue
        entry = _entry(memory, table, index)
        if not entry & PRESENT or not entry & USER:
            continue
        if shift == 12:
            yield low, entry & FRAME, entry
        elif not entry & LARGE:
            yield from _level(memory, entry, shift - 9, low, first, end)
