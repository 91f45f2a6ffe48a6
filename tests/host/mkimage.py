#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The image builder refuses what the kernel would not survive, and says
what; the same image gives the same bytes."""
import pathlib
import sys
import tempfile

from harness import tap

import image
import iso

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELLO = ROOT / 'build/tasks/hello/hello'


def refusal(text):
    """What the builder says of an image, None if it takes it."""
    try:
        image.parse(text, 'test').check()
    except image.ImageError as why:
        return str(why)
    return None


def raw(count):
    return '\n'.join(f'raw t{n}=hello $(task-create)' for n in range(count))


def cases(folder):
    whole = HELLO.read_bytes()
    files = {'cut': whole[:len(whole) // 2], 'head': whole[:40], 'empty': b'',
             'text': b'#!/bin/sh\n', 'other-cpu': whole[:18] + b'\x28\0'
             + whole[20:], 'disk': b'\0' * 512}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return (
        ('29 modules', raw(27), None),
        ('a 30th module', raw(28), '30 modules'),
        ('a truncated ELF file', f'task cut={folder}/cut', 'cut'),
        ('a truncated ELF header', f'task cut={folder}/head', 'head'),
        ('an empty file', f'task x={folder}/empty', 'empty'),
        ('a file that is no ELF', f'task x={folder}/text', 'text'),
        ("another processor's ELF", f'task x={folder}/other-cpu',
         'other-cpu'),
        ("the host's own program", f'task x={sys.executable}', 'x'),
        ('no such file', 'task x=no/such', 'is it built'),
        ('a command line of 450 bytes', 'kernel ' + 'x' * 450, None),
        ('a command line of 500 bytes', 'kernel ' + 'x' * 500, '500'),
        ('a module line of 2,500 bytes', 'raw h=hello ' + 'x' * 2500, None),
        ('a module line of 3,000 bytes', 'raw h=hello ' + 'x' * 3000, '3000'),
        ('four ramdisks', f'ramdisk {folder}/disk\n' * 4, None),
        ('a fifth ramdisk', f'ramdisk {folder}/disk\n' * 5, '5 ramdisks'),
        ('two tasks of one name', 'task hello\ntask hello', 'second task'),
        ('an unknown line', 'tsak hello', "unknown word 'tsak'"),
        ('a quote', "raw h=hello x='y'", 'quotes'),
    )


def main():
    out = tap.Writer()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for what, text, expected in cases(folder):
            said = refusal(text)
            good = said is None if expected is None else \
                said is not None and expected in said and '\n' not in said
            out.point(good, f'{"refused" if expected else "taken"}: {what}',
                      [f'it said: {said}'])
        for file in ('one', 'two'):
            iso.write(image.parse('task hello', 'test'), folder / file)
        out.point((folder / 'one').read_bytes() == (folder / 'two')
                  .read_bytes(), 'the same image gives the same bytes')
    out.plan()
    raise SystemExit(bool(out.failed))


main()
