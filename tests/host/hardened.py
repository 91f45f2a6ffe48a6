#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A hardened kernel differs in four entries of its table of traps and in code
where it looks at addresses, RPCs and sizes of messages and clears flags, and a
kernel in which anything is not as expected is refused."""
import gzip
import pathlib
import struct
import subprocess
import tempfile

from harness import tap

import harden   # boot/, by way of harness
import image

ENTRY = 32
TRACE, DIRECTION, NESTED = 1 << 8, 1 << 10, 1 << 14     # of RFLAGS
out = tap.Writer()
packed = (image.ROOT / image.KERNEL).read_bytes()
kernel = gzip.decompress(packed)
copy = gzip.decompress(harden.harden(packed))
changed = [n for n in range(len(kernel)) if kernel[n] != copy[n]]
table = harden._table(harden._Elf(kernel))
less = harden._less(harden._Elf(kernel))
cleared = harden._cleared(harden._Elf(kernel))
branch = harden._branch(harden._Elf(kernel))
gap = harden._gap(harden._Elf(kernel))
code = {less, cleared, *range(branch, branch + len(harden.NO_BRANCH)),
        *(where + n for where, new in gap.items() for n in range(len(new)))}


def at(number):
    return table + number * ENTRY


def refuses(what, why, data):
    try:
        harden.harden(bytes(data))
        said = 'nothing'
    except harden.Unexpected as error:
        said = str(error)
    out.point(why in said and '\n' not in said, f'{what} is refused', [said])


def patched(where, data):
    return kernel[:where] + data + kernel[where + len(data):]


out.point(len(copy) == len(kernel), 'as long as before')
out.point({(n - table) // ENTRY for n in changed if n not in code}
          == set(harden.TRAPS), 'exactly these entries change')
out.point(less in changed and kernel[less] == 0xff and copy[less] == 0,
          'and what is added to an address')
was, now = (struct.unpack_from('<I', data, cleared - 1)[0]
            for data in (kernel, copy))
out.point(was == 0x3200 and now == was | TRACE | DIRECTION | NESTED,
          'and the flags that a trap clears')
out.point(kernel[branch:branch + 2] == b'\x0f\x84' and
          copy[branch:branch + 6] == harden.NO_BRANCH,
          'and a branch, which is none any more')
out.point(all(copy[where:where + len(new)] == new for where, new in gap.items())
          and sorted(map(len, gap.values())) == [1, harden.GAP],
          'and a gap, which looks for sizes that are too much')
out.point(all(copy[at(n):at(n + 1)] == kernel[at(31):at(32)]
              for n in harden.TRAPS), 'and are what an invalid trap is')
out.point(gzip.decompress(packed) == kernel and harden.harden(kernel) == copy,
          'gzipped or not')
refuses('a second time', '0 tables', copy)
refuses('nothing', 'not an ELF', b'')
refuses('text', 'not an ELF', b'#!/bin/sh\n')
refuses('a broken archive', 'cannot be unpacked', packed[:5000])
refuses('half a kernel', 'not all there', kernel[:len(kernel) // 2])
refuses('a kernel of another machine', 'not an x86-64',
        kernel[:18] + b'\xb7\0' + kernel[20:])
refuses('a table with another trap at 77', '0 tables',
        patched(at(77), kernel[at(76):at(77)]))
refuses('a trap without code', '0 tables', patched(
    at(39) + 8, struct.pack('<Q', 0x1234)))
refuses('one that is an invalid one', 'more than once, or not at all', patched(
    at(40) + 8, kernel[at(31) + 8:at(31) + 16]))
refuses('a trap of too many arguments', 'has no trap 50', patched(
    at(50), struct.pack('<I', 99)))
refuses('a second table', '2 tables', patched(
    at(140), kernel[at(0):at(79)]))
refuses('a kernel that adds something else', 'in 0 places', patched(less, b'\1'))
refuses('one that clears other flags', 'in 0 places',
        patched(cleared, b'\x02'))
refuses('one that looks for RPCs otherwise', 'in 0 places',
        patched(branch, b'\x0f\x85'))
refuses('or twice', 'in 2 places', patched(less + 64, kernel[
    branch - 14:branch + 6]))
refuses('one that takes memory otherwise', 'for a message otherwise',
        patched(max(gap), b'\x0f\x1f\x44'))
refuses('one whose error is another', 'no buffer for a message otherwise',
        patched(kernel.index(harden.NO_BUFFER, max(gap)), b'\xb8\x0c'))
with tempfile.TemporaryDirectory() as folder:
    to = pathlib.Path(folder) / 'copy'
    ran = subprocess.run([image.ROOT / 'boot/harden', image.ROOT / 'LICENSE', to],
                         capture_output=True, text=True)
    out.point(ran.returncode == 1 and not to.exists() and
              ran.stderr.count('\n') == 1, 'boot/harden says so in one line',
              [ran.stderr])
    ran = subprocess.run([image.ROOT / 'boot/harden',
                          image.ROOT / image.KERNEL, to])
    out.point(ran.returncode == 0 and to.read_bytes() == harden.harden(packed),
              'and writes the same copy')
out.plan()
