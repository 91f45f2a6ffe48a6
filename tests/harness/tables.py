# SPDX-License-Identifier: GPL-2.0-or-later
"""Disk images with partitions, made by the host's own tools, and whether the
guest left on them what it should have."""
import filecmp
import struct
import subprocess
import zlib

from . import blk, sums, witness

SGDISK, SFDISK, FDISK, MKFS = (f'/usr/sbin/{tool}' for tool in (
    'sgdisk', 'sfdisk', 'fdisk', 'mkfs.ext4'))
WAYS = ('rpc', 'ring')


def run(*words, text=None):
    done = subprocess.run(words, input=text, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f'{words}: {done.stdout}{done.stderr}')
    return done.stdout


def make(path, records, size=512, seed=1):
    """A disk without a zero: what is read from the wrong place is found."""
    path.write_bytes(sums.sequence(seed, records * size))
    return path


def blank_ends(path, size=512):
    """Where tables will be, so that no tool takes what is there for one."""
    end = path.stat().st_size
    put(path, 0, bytes(34 * size))
    put(path, end - 33 * size, bytes(33 * size))


def gpt(path, *ranges):
    """Partitions 1, 2, ... from the first to the last record of each."""
    blank_ends(path)
    words = [word for n, (first, last) in enumerate(ranges, 1)
             for word in ('-n', f'{n}:{first}:{last}')]
    run(SGDISK, '-a', '1', *words, path)


def mbr(path, script):
    """As `man sfdisk` says; sfdisk leaves what it does not write."""
    blank_ends(path)
    run(SFDISK, '-q', '--force', '--no-reread', '-w', 'never', path,
        text=f'label: dos\n{script}')


def fdisk(path, keys, size):
    """What one types, with a table of records of this size."""
    blank_ends(path, size)
    run(FDISK, '-b', str(size), '-w', 'never', '-W', 'never', path, text=keys)


def put(path, at, data):
    """At a byte."""
    with open(path, 'r+b') as file:
        file.seek(at)
        file.write(data)


def get(path, first, count, size=512):
    """Records."""
    with open(path, 'rb') as file:
        file.seek(first * size)
        return file.read(count * size)


def ext4(folder, size, seed):
    """A file system with random files, as bytes."""
    tree, image = folder / 'tree', folder / 'ext4'
    (tree / 'folder').mkdir(parents=True)
    for n, length in enumerate((1, 511, 512, 70_000, 300_001)):
        where = tree / 'folder' if n % 2 else tree
        (where / f'file-{n}').write_bytes(
            sums.sequence(seed + n, length + 8)[:length])
    run(MKFS, '-q', '-F', '-b', '1024', '-d', tree, image, f'{size // 1024}k')
    return image.read_bytes()


def same(s, got, want, name):
    """Two images: qemu-img and a comparison of bytes say so."""
    compared = subprocess.run(
        ['qemu-img', 'compare', '-f', 'raw', '-F', 'raw', got, want],
        text=True, capture_output=True)
    s.check(compared.returncode == 0, f'{name}: qemu-img compare',
            compared.stdout)
    s.check(filecmp.cmp(got, want, shallow=False), f'{name}: byte for byte')


def read(s, disk, parts, kind, device='', size=512, kills=0):
    """The guest reads what the host has, the whole disk and each partition, by
    Mach's requests and by ring; kills: of the disk's driver and of part."""
    ranges = {'vda': disk.read_bytes(),
              **{name: get(disk, *place, size)
                 for name, place in parts.items()}}
    names, listed = ' '.join(ranges), ','.join(ranges)
    words = ' '.join(f'{way} {names}' for way in WAYS)
    killers = f'''
task killer -- virtio-blk {kills} 3 20
task killer2=killer -- part {kills // 10} 4 300
''' if kills else ''
    with s.boot(f'''
{blk.qemu(disk, device=device)}{witness.TASKS}
task virtio-blk start-limit=0 restart-delay=0
task part start-limit=0 restart-delay=0 provides={','.join(parts)}
task sum needs={listed} -- {words}
{killers}''') as m:
        m.expect(rf' part#\d+ log text="vda: {kind}, {len(parts)} partitions"')
        for way in WAYS:
            sums.expect_sums(m, ranges, way)
        m.expect(r' sum#1 log text="done, 0 failed"')
        witness.unharmed(s, m)
    witness.undisturbed(s)
    return m


def gpt_entry(path, number, first, last, size=512):
    """Make it partition NUMBER of both copies, with their sums; what no tool
    would do."""
    end = path.stat().st_size // size - 1
    for header, entries in (1, 2), (end, end - 128 * 128 // size):
        words = bytearray(get(path, header, 1, size))
        table = bytearray(get(path, entries, 128 * 128 // size, size))
        at = 128 * (number - 1)
        table[at:at + 16] = table[0:16]
        struct.pack_into('<QQ', table, at + 32, first, last)
        struct.pack_into('<I', words, 88, zlib.crc32(table))
        struct.pack_into('<I', words, 16, 0)
        struct.pack_into('<I', words, 16, zlib.crc32(words[:92]))
        put(path, header * size, words)
        put(path, entries * size, table)


def mbr_entry(path, record, number, kind, first, count):
    """Entry NUMBER, from 0, of a record with a table."""
    put(path, record * 512 + 446 + 16 * number,
        struct.pack('<B3xB3xII', 0, kind, first, count))
    put(path, record * 512 + 510, b'\x55\xaa')


def flip(path, at):
    """One bit of this byte."""
    with open(path, 'r+b') as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
