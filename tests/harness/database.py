# SPDX-License-Identifier: GPL-2.0-or-later
"""Databases of tasks/sqlite on the host: a disk for the guest, its two files
taken out of it, and what tasks/ledger must have left there."""
import os
import random
import sqlite3
import struct
import subprocess

from . import witness
from .scenario import Scenario

BLOCK = 4096
MAGIC = b'usrd sqlite 1\n'.ljust(16, b'\0')
RECORD = struct.Struct('<16sQQQQQQ')    # as in tasks/sqlite/record.c
BUS = 'virtio-blk-pci,disable-legacy=on'
ALL = (1 << 64) - 1


def make(path, megabytes=32):
    """An empty disk."""
    path.write_bytes(b'')
    with open(path, 'r+b') as disk:
        disk.truncate(megabytes << 20)
    return path


def qemu(path, drive=''):
    """The words of an image that make it a disk of the guest's."""
    return (f'qemu -drive file={path},if=none,id=disk,format=raw{drive} '
            f'-device {BUS},drive=disk\n')


def checksum(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 & ALL
    return value


def record(disk, blocks):
    """The record that counts: (sizes, which exist), None without one."""
    best = None
    for n in range(2):
        disk.seek((blocks - 2 + n) * BLOCK)
        data = disk.read(RECORD.size)
        magic, size, number, main, journal, exists, check = RECORD.unpack(data)
        if (magic == MAGIC and size == blocks and check == checksum(data[:-8])
                and (best is None or number > best[0])):
            best = number, (main, journal), (exists & 1, exists >> 1 & 1)
    return best and best[1:]


def extract(image, folder):
    """The database, with its journal beside it if there is one: its path."""
    blocks = image.stat().st_size // BLOCK
    path = folder / 'extracted.db'
    first = 0, blocks - 2 - (blocks - 2) // 4
    with open(image, 'rb') as disk:
        sizes, exist = record(disk, blocks)
        for n, suffix in enumerate(('', '-journal')):
            file = path.with_name(path.name + suffix)
            file.unlink(missing_ok=True)
            if exist[n]:
                disk.seek(first[n] * BLOCK)
                file.write_bytes(disk.read(sizes[n]))
    return path


def command(path, text):
    """What Debian's sqlite3 answers."""
    run = subprocess.run(['sqlite3', '-batch', path, text], text=True,
                         capture_output=True, timeout=300)
    return (run.stdout + run.stderr).strip()


def transfer(n):
    """Row N of a ledger: tasks/ledger/book.c."""
    r = (n * 6364136223846793005 + 1442695040888963407) & ALL
    length = r >> 24 & 4095 if r >> 20 & 3 else r >> 24 & 127
    step = r >> 56
    note = ''.join(chr(97 + (n + i * step) % 26) for i in range(length))
    return n, r >> 40 & 63, r >> 46 & 63, r >> 52 & 1023, note


def check_ledger(s, path, least, most=None, name=''):
    """The database at PATH has so many transfers (LEAST to MOST) and no other,
    each as it must be, balances that agree, and is whole."""
    answer = command(path, 'PRAGMA integrity_check')
    s.check(answer == 'ok', f'{name}the host\'s sqlite3 finds it whole', answer)
    db = sqlite3.connect(path)
    rows = db.execute('SELECT n, debit, credit, amount, note FROM transfer '
                      'ORDER BY n').fetchall()
    wrong = [row[0] for n, row in enumerate(rows, 1) if row != transfer(n)]
    s.check(not wrong, f'{name}each of {len(rows)} rows is as it was written',
            f'{wrong[:10]}')
    s.check(least <= len(rows) <= (most or least),
            f'{name}all that was acknowledged is there: {len(rows)}',
            f'not {least} to {most or least}')
    want = [0] * 64
    for _, debit, credit, amount, _ in rows:
        want[debit] -= amount
        want[credit] += amount
    found = [row[0] for row in db.execute(
        'SELECT balance FROM account ORDER BY id')]
    s.check(found == want, f'{name}the balances agree')
    db.close()


def load(s, words, disk, acknowledged=r'\d+', errors='0', after=()):
    """A boot with tasks/ledger on the disk, which ends well: (transfers that
    were acknowledged, errors, deaths)."""
    found = None
    with s.boot(f'{disk}{witness.TASKS}'
                f'task virtio-blk start-limit=0 restart-delay=0\n{words}') as m:
        for pattern in after:
            m.expect(pattern)
        first = m.expect(rf' ledger#1 log text="before=\d+ acknowledged='
                         rf'({acknowledged}) errors=({errors})"')
        last = m.expect(r' ledger#1 log text="wrong=0 deaths=(\d+) good"')
        witness.unharmed(s, m)
        found = [int(n) for n in (*first.groups(), *last.groups())]
        s.tap.note('commits={} errors={} deaths={}'.format(*found))
    return found


def killed(kills, commits, seconds):
    """A scenario of its own: so many kills of virtio-blk, one in each second
    or so of virtual time, and at least so many commits.  The machine is a
    slow one, so that a second has fewer instructions."""
    s = Scenario('', seconds=seconds, icount=7)
    image = make(s.folder / 'disk.raw', 128)
    done, _, deaths = load(
        s, f'task ledger needs=vda -- vda {commits} virtio-blk {kills}\n'
        f'task killer -- virtio-blk {kills} 7 950\n',
        qemu(image, ',cache=unsafe'),
        after=[rf' killer#1 log text=kills={kills}$'])
    s.check(deaths == kills, f'{kills} deaths of the driver')
    answer = command(image, 'SELECT count(*) FROM transfer')
    s.check(answer == str(done), 'the host\'s sqlite3 opens the disk itself',
            answer)
    check_ledger(s, extract(image, s.folder), done)
    s.forbid(r' virtio-blk#\d+ death cause=(?!operator)',
             'the driver died of the kills only')
    witness.undisturbed(s)
    s.done()


def troubles(path, writes, each, seed):
    """Rules for QEMU's blkdebug: among so many writes one in EACH fails, or a
    flush or a read that comes just before it."""
    rng = random.Random(seed)
    with open(path, 'w') as rules:
        for state in range(1, writes):
            rules.write(f'[set-state]\nevent = "write_aio"\n'
                        f'state = "{state}"\nnew_state = "{state + 1}"\n')
            if rng.randrange(each) == 0:
                event = rng.choice(('write_aio', 'write_aio', 'flush_to_disk',
                                    'read_aio'))
                rules.write(f'[inject-error]\nevent = "{event}"\n'
                            f'state = "{state}"\nerrno = "5"\nonce = "on"\n')
    return path


def troubled(writes, each, commits, seconds, kills=0):
    """A scenario of its own: the disk fails now and then, SQLite says so, and
    nothing that was acknowledged is lost."""
    s = Scenario('', seconds=seconds, icount=7)
    image = make(s.folder / 'disk.raw', 128)
    with s.boot(f'{qemu(image, ",cache=unsafe")}{witness.TASKS}'
                'task virtio-blk\ntask ledger needs=vda -- vda 1\n',
                name='new') as m:
        m.expect(r' ledger#1 log text="wrong=0 .* good"')
    rules = troubles(s.folder / 'rules', writes, each, 7)
    disk = qemu(f'blkdebug:{os.path.relpath(rules)}:{os.path.relpath(image)}',
                ',cache=unsafe')
    words = f'task ledger needs=vda -- vda {commits} virtio-blk {kills}\n'
    if kills:
        words += f'task killer -- virtio-blk {kills} 7 950\n'
    done, errors, _ = load(s, words, disk, errors=r'\d+')
    s.check(errors > writes / each / 4, f'{errors} transfers met an error')
    said = [line for line in s.boots[-1].lines if 'D_IO_ERROR' in line]
    s.check(said, f'the disk failed: {len(said)} times said')
    check_ledger(s, extract(image, s.folder), done)
    s.forbid(r' virtio-blk#\d+ death cause=(?!operator)',
             'no error is the driver\'s end')
    witness.undisturbed(s)
    s.done()
