# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks for the guest: made by the host, looked at afterwards.  What a record
has is as tasks/blkio/pattern.c writes it."""
from array import array

from . import witness
from .scenario import Scenario

ALL = (1 << 64) - 1
NUMBER, VERSION = 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9
# As in tasks/blkio/io.c: first record, how many.
WRITTEN, ZEROED, DISCARDED = (300, 101), (600, 100), (1024, 512)
BUS = 'virtio-blk-pci,disable-legacy=on'


def record(n, version=0, size=512):
    """Record n as tasks/blkio writes this version of it."""
    first = ((n + 1) * NUMBER + version * VERSION) & ALL
    return array('Q', (first ^ k for k in range(size // 8))).tobytes()


def make(path, records=2048, size=512):
    """An image whose records have version 0."""
    path.write_bytes(b''.join(record(n, 0, size) for n in range(records)))
    return path


def qemu(path, name='disk', drive='', device=''):
    """The words of an image that make it a disk of the guest's."""
    return (f'qemu -drive file={path},if=none,id={name},format=raw,'
            f'cache.direct=off,discard=unmap{drive} '
            f'-device {BUS},drive={name}{device}\n')


def version(data, n):
    """Which version of record n this is; None: of none."""
    first = int.from_bytes(data[:8], 'little')
    found = ((first - (n + 1) * NUMBER) * pow(VERSION, -1, 1 << 64)) & ALL
    return found if found < 1 << 32 and data == record(n, found, len(data)) \
        else None


def versions(path, records, size=512):
    """Of the first so many records."""
    data = path.read_bytes()
    return [version(data[n * size:(n + 1) * size], n) for n in range(records)]


def check_io(s, path, size=512, ranges=True):
    """What `blkio ... io` leaves, byte for byte."""
    data = bytearray(path.read_bytes())
    want = bytearray(b''.join(record(n, 0, size)
                              for n in range(len(data) // size)))

    def part(of):
        return slice(of[0] * size, sum(of) * size)

    want[part(WRITTEN)] = b''.join(record(n, 1, size) for n in range(
        WRITTEN[0], sum(WRITTEN)))
    if ranges:
        want[part(ZEROED)] = bytes(ZEROED[1] * size)
        was = data[part(DISCARDED)]
        s.check(was in (bytes(len(was)), want[part(DISCARDED)]),
                'what was discarded is as it was, or zero')
        want[part(DISCARDED)] = was
    wrong = [n for n in range(len(data) // size)
             if data[n * size:(n + 1) * size] != want[n * size:(n + 1) * size]]
    s.check(not wrong, 'the host finds each byte as it was written',
            f'records {wrong[:10]}')


def check_sum(s, path, total, records=2048):
    """What `blkio ... load` leaves, and the sum that it said."""
    found = versions(path, records)
    s.check(None not in found, f'{path.name}: each record is of one version')
    s.check(None not in found and total == sum(
        (n + 1) * v for n, v in enumerate(found)) % 2 ** 32,
        f'{path.name}: it is the one that was written last')


def killed(way, kills, apart, device='', seconds=120):
    """A scenario of its own: a load that sees nothing of so many kills, 10 to
    40 ms apart or so much more."""
    s = Scenario('', seconds=seconds, sleep=True)
    image = make(s.folder / 'disk.raw')
    with s.boot(f'{qemu(image, device=device)}{witness.TASKS}'
                'task virtio-blk start-limit=0 restart-delay=0\n'
                f'task blkio -- {way} vda load virtio-blk {kills}\n'
                f'task killer -- virtio-blk {kills} 7 {apart}\n') as m:
        end, _ = m.expect_all(
            r' blkio#1 log text="requests=(\d+) again=(\d+) sum=(\d+) good"',
            rf' killer#1 log text=kills={kills}$')
        s.tap.note(f'requests={end[1]} again={end[2]}')
        witness.unharmed(s, m)
    check_sum(s, image, int(end[3]))
    s.forbid(r' virtio-blk#\d+ death cause=(?!operator)',
             'it died of the kills only')
    witness.undisturbed(s)
    s.done()
