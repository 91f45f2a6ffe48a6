# SPDX-License-Identifier: GPL-2.0-or-later
"""What GNU Mach's boot loader asks of a module's ELF file.

The kernel does not refuse a bad module, it panics, so the image builder looks
first: ELF64, x86-64, static, PT_LOAD segments that are not empty, share no
page and lie in the address space of a task.
"""

import struct

PAGE = 4096
USER_LOW = PAGE
USER_HIGH = 0x800000000000 - (128 << 10)    # below the loader's stack

EM_X86_64 = 62
ET_EXEC = 2
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PF_X = 1
MAX_PHDRS = 16      # the kernel reads them onto its own 4 KiB stack

_EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
_PHDR = struct.Struct("<IIQQQQQQ")


class BadElf(Exception):
    """The file would make the kernel panic; the text says why."""


def _page_range(start, size):
    return start // PAGE, -(-(start + size) // PAGE)


def _headers(data):
    """The ELF header and the program headers, or BadElf."""
    if data[:4] != b"\x7fELF":
        raise BadElf("is not an ELF file")
    if len(data) < _EHDR.size:
        raise BadElf("is truncated: its ELF header is not complete")
    ehdr = _EHDR.unpack_from(data)
    ident, kind, machine = ehdr[0], ehdr[1], ehdr[2]
    phoff, shoff, phentsize, phnum, shentsize, shnum = (
        ehdr[5], ehdr[6], ehdr[9], ehdr[10], ehdr[11], ehdr[12])
    if ident[4] != 2 or ident[5] != 1 or machine != EM_X86_64:
        raise BadElf("is an ELF file of another machine, not x86-64")
    if kind != ET_EXEC:
        raise BadElf("is not a static executable at a fixed address "
                     "(link it with -static -no-pie)")
    if phentsize != _PHDR.size or not 0 < phnum <= MAX_PHDRS:
        raise BadElf(f"has {phnum} program headers of {phentsize} bytes; "
                     f"1 to {MAX_PHDRS} of {_PHDR.size} can be loaded")
    if phoff + phnum * phentsize > len(data):
        raise BadElf("is truncated: its program headers are missing")
    if shoff + shnum * shentsize > len(data):
        raise BadElf("is truncated: its section headers are missing")
    return ehdr, [_PHDR.unpack_from(data, phoff + i * phentsize)
                  for i in range(phnum)]


def _check_segment(offset, vaddr, filesz, memsz, size):
    if memsz == 0:
        raise BadElf(f"has an empty segment at {vaddr:#x}")
    if filesz > memsz:
        raise BadElf(f"has a segment at {vaddr:#x} larger in the file "
                     "than in memory")
    if offset + filesz > size:
        raise BadElf(f"is truncated: the segment at {vaddr:#x} is not all "
                     "there")
    if vaddr < USER_LOW or vaddr + memsz > USER_HIGH:
        raise BadElf(f"has a segment at {vaddr:#x}, outside of a task's "
                     "address space")


def check(data):
    """Check one module.  Returns (low, high, end): the addresses it is
    loaded at and how many bytes of the file the kernel needs."""
    ehdr, phdrs = _headers(data)
    entry = ehdr[4]
    taken = []
    end = max(_EHDR.size, ehdr[5] + len(phdrs) * _PHDR.size)
    entered = False
    for kind, flags, offset, vaddr, _, filesz, memsz, _ in phdrs:
        if kind in (PT_INTERP, PT_DYNAMIC):
            raise BadElf("is linked dynamically (link it with -static)")
        if kind != PT_LOAD:
            continue
        _check_segment(offset, vaddr, filesz, memsz, len(data))
        first, last = _page_range(vaddr, memsz)
        for other_first, other_last in taken:
            if first < other_last and other_first < last:
                raise BadElf(f"has two segments in the page at "
                             f"{max(first, other_first) * PAGE:#x}")
        taken.append((first, last))
        end = max(end, offset + filesz)
        if flags & PF_X and vaddr <= entry < vaddr + memsz:
            entered = True
    if not taken:
        raise BadElf("has no segment to load")
    if not entered:
        raise BadElf(f"starts at {entry:#x}, which is in no executable "
                     "segment")
    low = min(first for first, _ in taken) * PAGE
    high = max(last for _, last in taken) * PAGE
    return low, high, end


def strip(data, end):
    """The module without what the kernel does not load.  Symbols stay in
    the build folder, for gdb and for the log's symbolizer."""
    ehdr = list(_EHDR.unpack_from(data))
    ehdr[6] = ehdr[11] = ehdr[12] = ehdr[13] = 0    # no section headers
    return _EHDR.pack(*ehdr) + data[_EHDR.size:end]
