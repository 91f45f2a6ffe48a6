#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same on disks with records of 4096 bytes, which both tables count."""
from harness import Scenario, tables

LARGE = ',logical_block_size=4096,physical_block_size=4096'
s = Scenario('', seconds=90, sleep=True)
disk = tables.make(s.folder / 'gpt.raw', 600, 4096)
tables.fdisk(disk, 'g\nn\n1\n256\n400\nn\n2\n401\n401\nn\n3\n410\n590\nw\n',
             4096)
tables.read(s, disk, {'vda1': (256, 145), 'vda2': (401, 1), 'vda3': (410, 181)},
            'GPT', LARGE, 4096)
disk = tables.make(s.folder / 'mbr.raw', 600, 4096, 2)
tables.fdisk(disk, 'o\nn\np\n1\n256\n299\nn\ne\n4\n300\n599\n'
             'n\nl\n556\n570\nn\nl\n580\n599\nw\n', 4096)
tables.read(s, disk, {'vda1': (256, 44), 'vda5': (556, 15), 'vda6': (580, 20)},
            'MBR', LARGE, 4096)
s.done()
