#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same with a table of sfdisk's that has logical partitions, one of them
with a file system."""
from harness import Scenario, tables

s = Scenario('', seconds=90, sleep=True)
disk = tables.make(s.folder / 'disk.raw', 4096)
tables.mbr(disk, '''
start=64, size=100, type=83
start=200, size=3896, type=5
start=201, size=2000, type=83
start=2300, size=7, type=82
start=2400, size=1696, type=83
''')
tables.put(disk, 201 * 512, tables.ext4(s.folder, 2000 * 512, 12))
tables.read(s, disk, {'vda1': (64, 100), 'vda5': (201, 2000), 'vda6': (2300, 7),
                      'vda7': (2400, 1696)}, 'MBR')
s.forbid(r' part#\d+ log text="vda.*left out', 'nothing is complained of')
s.done()
