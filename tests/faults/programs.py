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
def sizes():
    """Of kernel-ext's symbols."""
    out = subprocess.run(['nm', '-P', '-S', file()], check=True,
                         capture_output=True, text=True).stdout
    return {words[0]: int(words[3], 16) for words in
            map(str.split, out.splitlines()) if len(words) > 3}


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


@functools.lru_cache(None)
def member(structure, name):
    """The offset of a member of a structure of kernel-ext's."""
    out = subprocess.run(['readelf', '-wi', file()], check=True,
                         capture_output=True, text=True,
                         errors='replace').stdout
    inside = False
    for entry in re.split(r'\n <', out):
        found = re.search(r'DW_AT_name +: (?:\(.*?\): )?(\S+)', entry)
        if 'DW_TAG_structure_type' in entry:
            inside = bool(found) and found[1] == structure
        elif inside and 'DW_TAG_member' in entry and found[1] == name:
            return int(re.search(r'member_location: (\d+)', entry)[1])
    raise KeyError(f'{structure}.{name}')
