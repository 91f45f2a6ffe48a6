#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""While the disk's driver and part are killed again and again, all reads go on
and all sums are right."""
from harness import Scenario, tables

KILLS = 60
s = Scenario('', seconds=120, sleep=True)
disk = tables.make(s.folder / 'disk.raw', 4096)
tables.gpt(disk, (64, 2063), (2064, 4062))
m = tables.read(s, disk, {'vda1': (64, 2000), 'vda2': (2064, 1999)}, 'GPT',
                kills=KILLS)
for task, least in ('virtio-blk', KILLS // 2), ('part', KILLS // 20):
    deaths = [line for line in m.lines
              if f' W {task}#' in line and ' death cause=operator ' in line]
    s.check(len(deaths) >= least, f'{task} was killed {len(deaths)} times')
s.done()
