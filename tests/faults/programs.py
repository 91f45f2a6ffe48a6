# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in the ELF files that the tree builds: symbols, instructions."""
import functools
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / name) for name in ('boot', 'qemu', 'tests')]
LINE = re.compile(r'^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*(?:\t(.*))?$')


def file(program=None, name=None):
    """Of a task, by the name of its folder and its own; None: kernel-ext."""
    if program is None:
        return ROOT / 'build/kernel-ext/kernel-ext'
    return ROOT / 'build/tasks' / program / (name or program)


@functools.lru_cache(None)
def symbols(program=None, name=None):
    out = subprocess.run(['nm', '-P', file(program, name)], check=True,
                         capture_output=True, text=True).stdout
    return {words[0]: int(words[2], 16) for words in
            map(str.split, out.splitlines()) if len(words) > 2}


@functools.lru_cache(None)
def instructions(program):
    """{address: (bytes, text)} of all its text."""
    out = subprocess.run(['objdump', '-d', '-w', file(program)], check=True,
                         capture_output=True, text=True).stdout
    found = {}
    for text in out.splitlines():
        if match := LINE.match(text):
            found[int(match[1], 16)] = (bytes.fromhex(match[2]),
                                        match[3] or '')
    return found


@functools.lru_cache(None)
def text_range(program):
    at = instructions(program)
    return min(at), max(at) + 16
