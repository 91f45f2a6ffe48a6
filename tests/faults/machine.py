# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU with the campaign's image: its memory, its console, gdb and QMP.

The memory is a file that is mapped here, so that reading it costs nothing;
code is written through gdb, which has QEMU translate it anew."""
import ctypes
import json
import mmap
import os
import re
import select
import socket
import subprocess
import time

import programs  # noqa: F401, for the path
import scene
from gdb import Gdb, Gone

import image as bootimage
from harness import direct
from harness.machine import FATAL
from logtools import line as logline

BEAT_AT = 0             # where it stands, at a beat
SHIFT = 5               # an instruction is 32 ns of its time


class Lost(Exception):
    """The machine is gone: what is 'kernel', 'kernel-ext' or 'qemu'."""

    def __init__(self, what, why):
        super().__init__(f'{what} lost: {why}')
        self.what, self.why, self.lines = what, why, []


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, 9)   # PR_SET_PDEATHSIG, SIGKILL


class Machine:
    """One boot; it stands from the start."""

    def __init__(self, folder, iommu, hardened, extra, patience):
        self.folder, self.patience = folder, patience
        folder.mkdir(parents=True, exist_ok=True)
        self.lines, self._partial, self._fatal = [], '', None
        self._start(iommu, hardened, extra)

    def _start(self, iommu, hardened, extra):
        image = bootimage.parse(scene.text(self.folder, hardened), 'faults')
        boot = self.folder / 'boot'
        loads = direct.write(image, boot)
        backing = f'/dev/shm/usrd-faults-{os.getpid()}-{time.monotonic_ns()}'
        with open(backing, 'x+b') as file:
            file.truncate(scene.MEMORY)
            self.memory = mmap.mmap(file.fileno(), scene.MEMORY)
            self._words = memoryview(self.memory).cast('Q')
        self.command = [*scene.machine(image.qemu, iommu), *extra,
                        '-object', 'memory-backend-file,id=ram,share=on,'
                        f'size={scene.MEMORY},mem-path={backing}',
                        '-machine', 'memory-backend=ram',
                        *loads,
                        '-icount', f'shift={SHIFT},sleep=off',
                        '-serial', 'stdio', '-S',
                        '-gdb', 'unix:../gdb.sock,server=on',
                        '-qmp', 'unix:../qmp.sock,server=on,wait=off']
        self._errors = open(self.folder / 'qemu-errors', 'wb')
        self._qemu = subprocess.Popen(
            self.command, cwd=boot, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self._errors,
            preexec_fn=_die_with_parent)
        self._console = self._qemu.stdout.fileno()
        os.set_blocking(self._console, False)
        end = time.monotonic() + self.patience
        while True:
            try:
                self.gdb = Gdb(self._socket('gdb'), self.patience)
                break
            except OSError:
                if time.monotonic() > end or self._qemu.poll() is not None:
                    os.unlink(backing)
                    self.close()
                    raise
                time.sleep(0.02)
        os.unlink(backing)
        self._qmp = None

    def _socket(self, name):
        return os.path.relpath(self.folder / f'{name}.sock')

    def _wait(self):
        """Until it stands: where."""
        end = time.monotonic() + self.patience
        link = self.gdb.link
        while not self.gdb.pending:
            ready, _, _ = select.select([link, self._console], [], [],
                                        max(0, end - time.monotonic()))
            if self._console in ready:
                self._read()
                if self._fatal:
                    raise self._lost('kernel', self._fatal)
            if link in ready:
                self._take()
            if not ready:
                raise self._lost('kernel-ext',
                                 f'no beat in {self.patience} s')
        stopped = self.gdb.receive()
        self._read()
        return self.gdb.pc() if stopped[:3] == 'T05' else BEAT_AT

    def _take(self):
        try:
            self.gdb.take()
        except Gone:
            raise self.ended() from None

    def ended(self):
        """How it was lost: QEMU has ended."""
        time.sleep(0.1)
        self._read()
        guard = self.find(r'\] \w guard ')
        itself = self._said_by_qemu('hardware error')
        return self._lost(
            'qemu' if itself else 'kernel-ext' if guard else 'kernel',
            itself or self._fatal or guard or 'QEMU has ended')

    def _said_by_qemu(self, what):
        """The line of its own in which QEMU says that, or None: it ends itself
        when some devices are used as they must not be."""
        text = (self.folder / 'qemu-errors').read_text(errors='replace')
        return next((t for t in text.splitlines() if what in t), None)

    def _lost(self, what, why):
        lost = Lost(what, why)
        lost.lines = self.lines[-12:]
        return lost

    def _read(self):
        try:
            data = os.read(self._console, 65536)
        except BlockingIOError:
            return
        if not data:
            time.sleep(0.01)    # its end: the stub will tell
        *whole, self._partial = (self._partial
                                 + data.decode('latin-1')).split('\n')
        for text in map(logline.clean, whole):
            self.lines.append(text)
            if not self._fatal and FATAL.search(text) and \
                    not logline.looks_like_log(text):
                self._fatal = text

    def find(self, pattern, start=0):
        """The first line from number START on that has it, or None."""
        regex = re.compile(pattern)
        return next((t for t in self.lines[start:] if regex.search(t)), None)

    # QEMU's own commands.

    def qmp(self, command, **arguments):
        if not self._qmp:
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(self.patience)
            link.connect(self._socket('qmp'))
            self._qmp = link.makefile('rw')
            self._qmp.readline()
            self.qmp('qmp_capabilities')
        self._qmp.write(json.dumps({'execute': command,
                                    'arguments': arguments}) + '\n')
        self._qmp.flush()
        while True:
            reply = json.loads(self._qmp.readline())
            if 'return' in reply:
                return reply['return']
            if 'error' in reply:
                raise ValueError(f'{command}: {reply["error"]["desc"]}')

    def hmp(self, line):
        return self.qmp('human-monitor-command', **{'command-line': line})

    def close(self):
        self._qemu.kill()
        self._qemu.wait()
        self._qemu.stdout.close()
        self._errors.close()
        if hasattr(self, 'memory'):
            self._words.release()
            self.memory.close()
