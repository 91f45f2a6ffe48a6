# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot: QEMU with its serial console on a pipe, its deadline, its log."""
import json
import os
import pathlib
import re
import socket
import subprocess
import threading
import time

from logtools import line as logline

from . import qemu

# These end a scenario at once, whatever QEMU's exit status will be.
FATAL = re.compile(r'\bpanic[ :]|^db(\{\d+\})?> |Assertion `')

# What the kernel says of an interrupt that nobody raised, in the middle of
# whatever line is being written.
SPURIOUS = re.compile(r'intnull\(\d+\)\r*\n')
# And of memory: a line of its own, that comes before the one it is in.
SHORT = re.compile(r'^([^\n]+?)(vm_page warning: [^\n]*\n)', re.M)


class Failed(Exception):
    """The guest did not do what was expected; the scenario ends here."""


class Machine:
    """expect and its kin read the console on from where the last one ended."""

    def __init__(self, words, folder, seconds, cwd=None):
        self.folder, self.words, self.seconds = folder, words, seconds
        self.lines, self.partial, self.fatal = [], '', None
        self.late = self._over = False
        self._cursor, self._ended = 0, False
        self._news = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        (folder / 'command').write_text(qemu.quoted(words, cwd) + '\n')
        self._log = open(folder / 'log', 'wb', buffering=0)
        self._errors = open(folder / 'qemu-errors', 'wb')
        self._qemu = subprocess.Popen(words, cwd=cwd, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE,
                                      stderr=self._errors)
        self.deadline = time.monotonic() + seconds
        self._killer = threading.Timer(seconds, self._too_late)
        self._killer.daemon = True
        self._killer.start()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # What the console says.

    def wait(self, pattern, timeout=None, partial=False):
        """The match of the next line that has it; Failed when there is none.
        partial also looks at a line that has no end yet, such as a prompt."""
        with self._news:
            return self._wait(re.compile(pattern), self._until(timeout),
                              partial)

    def wait_all(self, patterns, timeout=None):
        """Each once, in any order; leaves the cursor after the last."""
        start, end = self._cursor, self._cursor
        matches = []
        for pattern in patterns:
            self._cursor = start
            matches.append(self.wait(pattern, timeout))
            end = max(end, self._cursor)
        self._cursor = end
        return matches

    def quiet(self, pattern, seconds):
        """No such line for so many seconds of the host's time."""
        try:
            found = self.wait(pattern, seconds)
        except Failed:
            if self.fatal or self.late:
                raise
            return
        raise Failed(f'came: {found.string}')

    def panics(self, timeout=None):
        """What the kernel says when it panics, as it is to do here; it ends
        the machine, and neither it nor what is said of it is looked at."""
        with self._news:
            until = self._until(timeout)
            while not self.fatal:
                if self._ended:
                    raise Failed('the guest ended without a panic')
                if not self._news.wait(max(0, until - time.monotonic())):
                    raise Failed('no panic came in time')
            said, self.fatal, self._over = self.fatal, None, True
            while self.lines and not logline.looks_like_log(self.lines[-1]):
                self.lines.pop()    # the registers, and the panic
        self._qemu.terminate()
        return said

    def _wait(self, regex, until, partial):
        at = self._cursor
        while True:
            while at < len(self.lines):
                at += 1
                if match := regex.search(self.lines[at - 1]):
                    self._cursor = at
                    return match
            if partial and (match := regex.search(
                    logline.clean(self.partial))):
                return match
            self._check()
            if self._ended:
                raise Failed('the guest ended')
            if not self._news.wait(max(0, until - time.monotonic())):
                raise Failed('it did not come in time')

    def _check(self):
        if self.fatal:
            raise Failed(f'the kernel says: {self.fatal}')
        if self.late:
            raise Failed(f'not done after {self.seconds} s')

    def _until(self, timeout):
        if timeout is None:
            return self.deadline + 5
        return min(self.deadline + 5, time.monotonic() + timeout)

    # What one can do to it.

    def send(self, text, end='\r'):
        """Type on the serial console."""
        self._qemu.stdin.write((text + end).encode('latin-1'))
        self._qemu.stdin.flush()

    def stall(self, cpu):
        """Take nothing that comes out of the serial port, until QEMU has
        worked for so many seconds of processor time."""
        self._reading.clear()
        end = self._worked() + cpu
        while self._worked() < end and self.running:
            time.sleep(0.1)
        self._reading.set()

    def _worked(self):
        if not self.running:
            return 0.0
        stat = pathlib.Path(f'/proc/{self._qemu.pid}/stat').read_text()
        user, system = stat.rsplit(')', 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')

    def socket(self, name):
        """The host's end of the chardev that the image's qemu line names."""
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(max(0.1, self.deadline - time.monotonic()))
        link.connect(qemu.socket_path(self.folder, name))
        return link

    def qmp(self, command, **arguments):
        """One command; needs boot(qmp=True)."""
        with self.socket('qmp') as link, link.makefile('rw') as stream:
            for request in ({'execute': 'qmp_capabilities'},
                            {'execute': command, 'arguments': arguments}):
                stream.write(json.dumps(request) + '\n')
                stream.flush()
                while True:
                    reply = json.loads(stream.readline())
                    if 'return' in reply or 'error' in reply:
                        break
        if 'error' in reply:
            raise Failed(f'{command}: {reply["error"]["desc"]}')
        return reply['return']

    def exit_status(self, timeout=None):
        """What the guest exited with; None when it did not say."""
        try:
            code = self._qemu.wait(max(0.1, self._until(timeout)
                                       - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failed('the guest did not exit') from None
        self._reader.join(5)
        self._check()
        return qemu.guest_status(code)

    @property
    def running(self):
        return self._qemu.poll() is None

    def stop(self):
        self._killer.cancel()
        self._qemu.terminate()
        try:
            self._qemu.wait(5)
        except subprocess.TimeoutExpired:
            self._qemu.kill()
            self._qemu.wait()
        self._reader.join(5)
        for stream in (self._qemu.stdin, self._qemu.stdout, self._log,
                       self._errors):
            try:
                stream.close()
            except BrokenPipeError:
                pass

    def _too_late(self):
        self.late = True
        self._qemu.terminate()      # so that a recording gets its header

    def _read(self):
        while data := self._take():
            self._log.write(data)
            with self._news:
                text = SPURIOUS.sub('', self.partial + data.decode('latin-1'))
                *whole, self.partial = SHORT.sub(r'\2\1', text).split('\n')
                for text in [*map(logline.clean, whole)]:
                    if not self._over:
                        self.lines.append(text)
                        self._look(text)
                if not self._over:
                    self._look(self.partial)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _take(self):
        data = self._qemu.stdout.read1(4096)
        self._reading.wait()
        return data

    def _look(self, text):
        if not self.fatal and FATAL.search(text):
            if not logline.looks_like_log(text):
                self.fatal = text
