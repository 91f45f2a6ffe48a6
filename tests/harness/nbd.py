# SPDX-License-Identifier: GPL-2.0-or-later
"""tasks/nbd, with a virtio disk and a ramdisk, and clients on the host: Debian's
programs, and Client, which says whatever a test wants it to say."""
import contextlib
import json
import os
import socket
import struct
import subprocess
import time

from . import blk

SIZE, RAM = 8 << 20, 2 << 20
OPTION, REPLY, REQUEST = 0x49484156454F5054, 0x3E889045565A9, 0x25609513
EXPORT_NAME, LIST, INFO, GO = 1, 3, 6, 7
READ, WRITE, DISC, FLUSH, TRIM, ZERO = 0, 1, 2, 3, 4, 6
EPERM, EIO, EINVAL, ENOSPC = 1, 5, 22, 28


def free_port():
    with socket.socket() as any_:
        any_.bind(('127.0.0.1', 0))
        return any_.getsockname()[1]


class Server:
    """For the scenario S: .image is what to boot, .disk the host's file of vda."""

    def __init__(self, s, size=SIZE, words='', more='', disks=''):
        self.s, self.size, self.port = s, size, free_port()
        self.disk = s.folder / 'disk.raw'
        self.data = os.urandom(size)
        self.disk.write_bytes(self.data)
        self.image = f'''
{blk.qemu(self.disk)}
qemu -netdev user,id=n0,hostfwd=tcp:127.0.0.1:{self.port}-10.0.2.15:10809
qemu -device virtio-net-pci,disable-legacy=on,netdev=n0
task virtio-blk {words}
task virtio-net {words}
task ram=ramdisk -- {RAM}
task nbd needs=eth0,vda,ram{disks and ','}{disks} -- eth0 10.0.2.15/24 \
via=10.0.2.2 vda {disks} ro ram
{more}'''

    def uri(self, name='vda'):
        return f'nbd://127.0.0.1:{self.port}/{name}'

    def up(self, m):
        m.expect(rf' nbd#1 log text="export=vda bytes={self.size} block=512 '
                 'trim zero"')
        m.expect(rf' nbd#1 log text="export=ram bytes={RAM} block=512 ro"')

    def run(self, *words, name=None, timeout=60):
        """A program on the host, which ends well: what it says."""
        name = name or f'{words[0]} {words[-1]}'
        try:
            done = subprocess.run(words, capture_output=True, text=True,
                                  timeout=timeout, cwd=self.s.folder)
        except subprocess.TimeoutExpired:
            self.s.check(False, name, f'not done in {timeout} s')
            return ''
        self.s.check(done.returncode == 0, name, f'status {done.returncode}',
                     *(done.stdout + done.stderr).splitlines()[-12:])
        return done.stdout

    def copy_out(self, want=None):
        out = self.s.folder / 'out.raw'
        self.run('nbdcopy', self.uri(), out.name, name='nbdcopy out')
        self.s.check(out.read_bytes() == (want or self.data),
                     'what came is what is on the disk')

    def copy_in(self):
        """Other data, which then is the disk's."""
        self.data = os.urandom(self.size)
        (self.s.folder / 'in.raw').write_bytes(self.data)
        self.run('nbdcopy', '--flush', 'in.raw', self.uri(), name='nbdcopy in')
        self.s.check(self.disk.read_bytes() == self.data,
                     "what was sent is in the host's file of the disk")


class Client:
    """One connection; raw bytes, or requests and their simple replies."""

    def __init__(self, server, name=None, seconds=40):
        self.link = socket.create_connection(('127.0.0.1', server.port),
                                             seconds)
        self.cookie = 0
        if name is not None:
            self.get(18)
            self.put(struct.pack('>I', 3))
            self.option(GO, struct.pack('>I', len(name)) + name.encode()
                        + b'\0\0')
            while self.reply()[1] != 1:
                pass

    def put(self, data):
        self.link.sendall(data)

    def get(self, size):
        data = b''
        while len(data) < size:
            piece = self.link.recv(size - len(data))
            if not piece:
                raise ConnectionError(f'{len(data)} of {size} bytes')
            data += piece
        return data

    def ends(self):
        """Has it been closed, or reset?"""
        try:
            while self.link.recv(65536):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True

    def option(self, number, data=b'', length=None):
        self.put(struct.pack('>QII', OPTION, number,
                             len(data) if length is None else length) + data)

    def reply(self):
        """(option, type, data) of an answer to an option."""
        magic, option, kind, size = struct.unpack('>QIII', self.get(20))
        assert magic == REPLY
        return option, kind, self.get(size)

    def ask(self, kind, at=0, length=0, data=b'', flags=0):
        self.cookie += 1
        self.put(struct.pack('>IHHQQI', REQUEST, flags, kind, self.cookie, at,
                             length or len(data)) + data)

    def answer(self):
        """(error, cookie)."""
        magic, error, cookie = struct.unpack('>IIQ', self.get(16))
        assert magic == 0x67446698
        return error, cookie

    def do(self, kind, at=0, length=0, data=b'', flags=0):
        """Its error; of a read what was read."""
        self.ask(kind, at, length, data, flags)
        error, _ = self.answer()
        return self.get(length) if kind == READ and not error else error

    def close(self):
        self.link.close()


def write_files(server, folder):
    """By mkfs.ext4 through nbdfuse, with files; looked at by e2fsck, and the
    files read back.  Skipped where there is no FUSE."""
    if not os.path.exists('/dev/fuse'):
        server.s.tap.note('without /dev/fuse: no file system')
        return
    files, back, mount = (folder / n for n in ('files', 'back', 'mount'))
    for path in files, back, mount:
        path.mkdir()
    for n in range(40):
        (files / f'f{n}').write_bytes(os.urandom(1 + n * n * 50))
    with fuse(server, mount) as disk:
        server.run('mkfs.ext4', '-q', '-F', '-d', files.name, disk,
                   name='mkfs.ext4, with files')
        server.run('e2fsck', '-fn', disk, name='e2fsck -fn')
        server.run('debugfs', '-R', f'rdump / {back.name}', disk,
                   name='debugfs reads the files')
    server.s.check(all((back / f.name).read_bytes() == f.read_bytes()
                       for f in files.iterdir()), 'they are as they were')


@contextlib.contextmanager
def fuse(server, mount):
    """vda as a file of the host's."""
    with subprocess.Popen(['nbdfuse', mount / 'vda', server.uri()]) as program:
        end = time.monotonic() + 20
        while not (mount / 'vda').exists() and time.monotonic() < end:
            time.sleep(0.05)
        try:
            yield mount / 'vda'
        finally:
            subprocess.run(['fusermount3', '-u', mount], check=False)
            program.wait(20)


def fio(server, *words, name, timeout=60):
    """fio's report of one job, whose data is verified."""
    found = server.run('fio', '--name=nbd', '--ioengine=nbd',
                       f'--uri={server.uri()}', '--bs=4k', '--iodepth=16',
                       '--verify=crc32c', '--verify_fatal=1',
                       '--verify_state_save=0', f'--size={server.size}',
                       '--output-format=json+', *words, name=name,
                       timeout=timeout)
    if not found:
        return None
    job = json.loads(found[found.index('{'):])['jobs'][0]
    server.s.check(job['error'] == 0, f'{name}: no error', job['error'])
    return job


def killers(apart):
    """Tasks that kill both drivers for as long as the machine runs, so many
    milliseconds apart."""
    more = apart - 25 if apart > 25 else 0
    return (f'task kill-blk=killer -- virtio-blk 1000000 3 {more}\n'
            f'task kill-net=killer -- virtio-net 1000000 5 {more}\n')
