# SPDX-License-Identifier: GPL-2.0-or-later
"""Function and line of an address, out of the ELF files of the tasks.

Each program is linked at a base of its own, so an address names its file; a
`addr2line` a file stays open and answers from then on."""
import os
import pathlib
import re
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACES = ('build/kernel-ext', 'build/tasks')
ADDRESS = re.compile(r'\b(pc|ra)=(0x[0-9a-f]+)\b(?! <)')
PT_LOAD = 1


class Symbols:
    def __init__(self, folders=()):
        folders = [pathlib.Path(f) for f in folders] or [
            ROOT / place for place in PLACES]
        self.files = [elf for folder in folders for elf in elves(folder)]
        self._seen, self._open = {}, {}

    def annotate(self, text, task=''):
        """text with ` <function file:line>` after each pc= and ra=."""
        def put(match):
            where = self.where(int(match[2], 16), task, match[1] == 'ra')
            return f'{match[0]} <{where}>' if where else match[0]
        return ADDRESS.sub(put, text)

    def where(self, address, task='', after_call=False):
        """'function file:line', or None.  A return address is looked up one
        byte before: at the call."""
        key = address, task
        if key not in self._seen:
            self._seen[key] = self._look_up(address - after_call, task)
        return self._seen[key]

    def _look_up(self, address, task):
        found = [path for path, ranges in self.files
                 if any(low <= address < high for low, high in ranges)]
        found.sort(key=lambda path: path.name != task.split('.')[0])
        for path in found:
            if where := self._ask(path, address):
                return where
        return None

    def _ask(self, path, address):
        try:
            if path not in self._open:
                self._open[path] = subprocess.Popen(
                    ['addr2line', '-f', '-C', '-e', path], text=True,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL)
            tool = self._open[path]
            tool.stdin.write(f'{address:#x}\n')
            tool.stdin.flush()
            function = tool.stdout.readline().strip()
            line = tool.stdout.readline().strip()
        except OSError:
            return None
        if function in ('', '??'):
            return None
        line = os.path.basename(line.split(' ')[0])
        return function if line.startswith('??') else f'{function} {line}'


def elves(folder):
    """(path, loaded ranges) of each 64-bit executable below folder, which may
    also be one."""
    files = [folder] if folder.is_file() else [
        path for path in sorted(folder.rglob('*'))
        if path.suffix in ('', '.elf') and path.is_file()]
    for path in files:
        if ranges := loaded(path):
            yield path, ranges


def loaded(path):
    """The address ranges that an ELF file's PT_LOAD segments cover."""
    with open(path, 'rb') as file:
        head = file.read(64)
        if len(head) < 64 or head[:6] != b'\x7fELF\x02\x01':
            return []
        kind, = struct.unpack_from('<H', head, 16)
        start, = struct.unpack_from('<Q', head, 32)
        size, count = struct.unpack_from('<HH', head, 54)
        if kind != 2 or size < 56:
            return []
        file.seek(start)
        table = file.read(size * count)
    ranges = []
    for at in range(0, len(table) - 55, size):
        kind, = struct.unpack_from('<I', table, at)
        address, = struct.unpack_from('<Q', table, at + 16)
        length, = struct.unpack_from('<Q', table, at + 40)
        if kind == PT_LOAD:
            ranges.append((address, address + length))
    return ranges
