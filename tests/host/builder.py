#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The image builder refuses what the kernel would not survive, in one line."""
import pathlib
import sys
import tempfile

from harness import tap

import image  # boot/, by way of harness

HELLO = image.ROOT / 'build/tasks/hello/hello'
writer = tap.Writer()
scratch = pathlib.Path(tempfile.mkdtemp())


def check(text, pattern, what):
    """Refused with one line that has pattern; None: accepted."""
    try:
        image.parse(text, 'test').check()
        said = None
    except image.ImageError as why:
        said = str(why)
    good = said is None if pattern is None else (
        said is not None and pattern in said and '\n' not in said)
    writer.point(good, what, [f'it says: {said}'])


def variant(name, change):
    """A path to hello's ELF after a change."""
    data = bytearray(HELLO.read_bytes())
    path = scratch / name
    changed = change(data)
    path.write_bytes(data if changed is None else changed)
    return path


def patch(offset, *values):
    def change(data):
        data[offset:offset + len(values)] = bytes(values)
    return change


tasks = [f'task t{n}=hello\n' for n in range(28)]
check(''.join(tasks[:27]), None, '29 modules are accepted')
check(''.join(tasks), '30 modules', 'a 30th is refused')
check('kernel ' + 'x' * 480 + '\n', None, 'a long kernel command line')
check('kernel ' + 'x' * 500 + '\n', 'command line', 'one of 500 bytes')
check('task hello -- ' + 'x ' * 1490 + '\n', 'the line of',
      'a module line of 3,000 bytes')
parsed = image.parse('qemu -netdev user,id=n\nqemu ,x=1 -device y\n', 'test')
writer.point(parsed.qemu == ['-netdev', 'user,id=n,x=1', '-device', 'y'],
             'a long argument of QEMU in two lines', parsed.qemu)
check('ramdisk LICENSE\n' * 4, None, 'four ramdisks')
check('ramdisk LICENSE\n' * 5, 'ramdisks', 'a fifth')
check('task hello\ntask hello\n', 'second task', 'a name twice')
check('task nobody\n', 'nobody', 'a program that is not built')
for name, change, what in (
        ('truncated', lambda data: data[:3000], 'a truncated ELF'),
        ('empty', lambda data: b'', 'an empty file'),
        ('text', lambda data: b'#!/bin/sh\n', 'a script'),
        ('arm', patch(18, 183, 0), 'an ELF for another machine'),
        ('elf32', patch(4, 1), 'a 32-bit ELF'),
        ('shared', patch(16, 3, 0), 'a shared object')):
    if not HELLO.exists():
        writer.skip(what, 'hello is not built')
        continue
    path = variant(name, change)
    check(f'task bad={path}\n', 'bad', f'{what} is refused')
writer.plan()
sys.exit(writer.failed > 0)
