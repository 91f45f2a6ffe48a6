#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine is switched off in the middle of transactions, twice: the host
rolls the last one back, and so does the next boot, which goes on."""
import time

from harness import database, witness
from harness.scenario import Scenario

CUTS = 2

s = Scenario('', seconds=60, icount=7)
image = database.make(s.folder / 'disk.raw', 64)
disk = database.qemu(image, ',cache=unsafe')
done = 0
for cut in range(1, CUTS + 1):
    with s.boot(f'{disk}task virtio-blk\n'
                'task ledger needs=vda -- vda 100000\n', name=f'cut{cut}') as m:
        m.expect_count(r' ledger#1 log text=committed=\d+$', 2)
        time.sleep(0.13 * cut)
    said = [line.rsplit('=', 1)[1] for line in m.lines if 'committed=' in line]
    least, copy = int(said[-1]), s.folder / f'copy{cut}'
    copy.mkdir()
    path = database.extract(image, copy)
    hot = path.with_name(path.name + '-journal').exists()
    s.tap.note(f'cut {cut}: a journal was there: {hot}')
    database.check_ledger(s, path, least, 10**9, f'cut {cut}: ')
    done = least
_, errors, _ = database.load(s, 'task ledger needs=vda -- vda 20\n', disk)
database.check_ledger(s, database.extract(image, s.folder), done + 20, 10**9,
                      'the end: ')
s.forbid(r' (virtio-blk|ledger)#[2-9]', 'nothing was restarted')
witness.undisturbed(s)
s.done()
