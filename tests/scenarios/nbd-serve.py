#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk of the guest as a network block device: Debian's programs copy it out and
in and compare it; each request that is wrong is answered as it should be, beside
the same thing right; a disk whose driver is stopped is an error, until it is back;
and a flush fails for each client of a disk that lost its cache with its driver, once."""
import json

from harness import nbd
from harness.nbd import Client
from harness.scenario import Scenario

s = Scenario('', seconds=90, sleep=True)
server = nbd.Server(s, disks='platter', more='''
task shell
task platter=build/tasks/rings/platter restart-delay=0
''')


def info():
    found = json.loads(server.run('nbdinfo', '--list', '--json', server.uri()))
    vda, ram = (next(e for e in found['exports'] if e['export-name'] == name)
                for name in ('vda', 'ram'))
    s.check(vda['export-size'] == nbd.SIZE and vda['can_multi_conn'] and
            vda['can_fua'] and vda['can_trim'] and not vda['is_read_only'] and
            vda['block_size_minimum'] == 512, 'nbdinfo says what vda is', vda)
    s.check(ram['export-size'] == nbd.RAM and ram['is_read_only'],
            'and that ram is read only', ram)


def edges():
    c = Client(server, 'vda')
    last = nbd.SIZE - 512
    for name, found, want in (
            ('the last block is read', c.do(nbd.READ, last, 512),
             server.data[last:]),
            ('not the one after it', c.do(nbd.READ, last, 1024), nbd.EINVAL),
            ('nor half of one', c.do(nbd.READ, 256, 512), nbd.EINVAL),
            ('the last block is written',
             c.do(nbd.WRITE, last, data=bytes(512)), 0),
            ('past the end is no space',
             c.do(nbd.WRITE, last, data=bytes(1024)), nbd.ENOSPC),
            ('no half blocks', c.do(nbd.WRITE, 0, data=bytes(100)),
             nbd.EINVAL),
            ('zeroes', c.do(nbd.ZERO, 0, 4096, flags=1), 0),
            ('are read', c.do(nbd.READ, 0, 4096), bytes(4096)),
            ('a discard', c.do(nbd.TRIM, 8192, 4096), 0),
            ('a flush', c.do(nbd.FLUSH), 0),
            ('what nobody knows', c.do(99), nbd.EINVAL)):
        s.check(found == want, name, f'{found!r:.60}')
    c.close()
    c = Client(server, 'ram')
    s.check(c.do(nbd.READ, 0, 512) == bytes(512), 'ram is read')
    s.check(c.do(nbd.WRITE, 0, data=b'x' * 512) == nbd.EPERM,
            'and not written')
    c.close()


def down(m):
    c = Client(server, 'vda')
    m.send('stop virtio-blk')
    m.expect(r' virtio-blk#1 stopped ')
    c.ask(nbd.READ, 4096, 512)
    m.expect(r' nbd#1 log text="export=vda down"')
    s.check(c.answer()[0] == nbd.EIO, 'what waited is an error')
    s.check(c.do(nbd.READ, 4096, 512) == nbd.EIO, 'and what comes')
    m.send('start virtio-blk')
    m.expect(r' nbd#1 log text="export=vda up"')
    end = 50
    while (found := c.do(nbd.READ, 4096, 512)) == nbd.EIO and end:
        end -= 1
    s.check(found == server.data[4096:4608], 'then it goes on')
    c.close()


def lost(m):
    clients = [Client(server, 'platter') for _ in range(2)]
    for n, c in enumerate(clients):
        s.check(c.do(nbd.WRITE, 512 * n, data=b'x' * 512) == 0 and
                c.do(nbd.FLUSH) == 0, 'it is written, and stable')
    for n, c in enumerate(clients):
        c.do(nbd.WRITE, 512 * n, data=b'y' * 512)
    m.send('kill platter')
    m.expect(r' platter#2 restart ')
    s.check([c.do(nbd.FLUSH) for c in clients] == 2 * [nbd.EIO],
            "a cache that was lost: each one's flush fails")
    s.check([c.do(nbd.READ, 512 * n, 512) for n, c in enumerate(clients)] ==
            2 * [b'x' * 512], 'what was stable is there')
    s.check([c.do(nbd.FLUSH) for c in clients] == [0, 0], 'once')


with s.boot(server.image) as m:
    server.up(m)
    info()
    server.copy_out()
    server.copy_in()
    server.run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', server.uri(),
               'in.raw')
    down(m)
    edges()
    lost(m)
s.forbid(r' nbd#([2-9]|1 death)', 'it stays up')
s.done()
