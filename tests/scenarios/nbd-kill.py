#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A network block device whose disk's driver and network's driver are each killed
about four times a second: copied out and in, a file system made on it, and fio with
its checksums; no program on the host sees an error, and each byte is right."""
from harness import nbd
from harness.scenario import Scenario

s = Scenario('', seconds=120, sleep=True)
server = nbd.Server(s, words='start-limit=0 restart-delay=0',
                    more=nbd.killers(250))
with s.boot(server.image) as m:
    server.up(m)
    server.copy_out()
    server.copy_in()
    nbd.write_files(server, s.folder)
    nbd.fio(server, '--rw=randrw', '--io_size=4m', '--fsync=64', name='fio')
    for driver in 'virtio-blk', 'virtio-net':
        deaths = [l for l in m.lines if f' {driver}#' in l and ' death ' in l]
        s.check(len(deaths) >= 8, f'{driver}: {len(deaths)} deaths')
s.forbid(r' (virtio-\w+)#\d+ death cause=(?!operator)',
         'they died of the kills only')
s.forbid(r' (nbd|ram)#([2-9]|1 death)', 'nobody else died')
s.done()
