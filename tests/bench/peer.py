# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's Linux kernel with the same devices: an initramfs of one program and
some modules (peer/), booted by the same QEMU."""
import pathlib
import re
import stat
import subprocess

from harness.machine import Machine
import wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
FETCHED = ROOT / 'build' / 'peer'
INIT = ROOT / 'build' / 'tests' / 'bench' / 'peer' / 'init'
FOLDER = ROOT / 'build' / 'tests' / 'bench' / 'linux'
FIGURE = re.compile(r'^bench (linux\S+) (-?\d+)')
# What slows Linux down or differs from boot to boot is off.
WORDS = 'console=ttyS0 quiet panic=-1 mitigations=off nokaslr'
MODULES = ('virtio_blk.ko', 'failover.ko', 'net_failover.ko', 'virtio_net.ko')
DIRECTORY, FILE = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o755
CONSOLE = stat.S_IFCHR | 0o600

# The disk of both.  Its requests take 100 us of the host's time, whatever they
# are and however many wait, so that each is waited for, as on a real disk, also
# where the host is busy.  (A file that is in the host's memory is sometimes
# there before the guest has gone to sleep, which is half the work.)
FAST = ['-blockdev', 'null-co,node-name=disk,size=67108864,read-zeroes=on',
        '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on']
DISK = ['-blockdev', FAST[1] + ',latency-ns=100000', *FAST[2:]]


def archive(entries):
    """A `newc` archive of (name, mode, content, device) as the kernel reads
    it."""
    out = bytearray()
    for number, (name, mode, data, device) in enumerate(entries, 1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device,
                  len(name) + 1, 0)
        out += b'070701' + b''.join(b'%08X' % field for field in fields)
        for piece in (name.encode() + b'\0', data):
            out += piece
            out += bytes(-len(out) % 4)
    return bytes(out)


def initramfs():
    none = 0, 0
    return archive([
        ('dev', DIRECTORY, b'', none), ('sys', DIRECTORY, b'', none),
        ('dev/console', CONSOLE, b'', (5, 1)),
        ('init', FILE, INIT.read_bytes(), none),
        *((name, FILE, (FETCHED / name).read_bytes(), none)
          for name in MODULES),
        ('TRAILER!!!', 0, b'', none)])


def missing(fetch):
    """Why there is no kernel to compare with; None if there is one, if need be
    fetched."""
    if not fetch:
        there = all((FETCHED / name).exists() for name in MODULES)
        return None if there else 'ninja bench gets it'
    done = subprocess.run([ROOT / 'tests' / 'bench' / 'peer' / 'fetch'],
                          text=True, capture_output=True)
    if done.returncode:
        return (done.stderr or 'it was not fetched').splitlines()[-1]
    return None


def rounds(qemu_words, seconds=240):
    """(name, value) of each round."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / 'initramfs').write_bytes(initramfs())
    with wire.Wire(FOLDER) as cable:
        linux = Machine([*qemu_words, '-serial', 'stdio',
                         '-icount', 'shift=0,sleep=off', *DISK,
                         *cable.qemu_words, '-kernel', FETCHED / 'vmlinuz',
                         '-initrd', FOLDER / 'initramfs', '-append', WORDS],
                        FOLDER, seconds)
        try:
            linux.wait(r'^bench echo ready')
            cable.measure(linux, wire.kinds('linux.', wire.ECHOES))
            linux.wait(r'^bench end 0')
        finally:
            linux.stop()
    figures = filter(None, map(FIGURE.match, linux.lines))
    return [(name, int(value)) for name, value in
            (match.groups() for match in figures)]


__all__ = ['DISK', 'FAST', 'missing', 'rounds']
