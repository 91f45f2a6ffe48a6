#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same on disks with records of 4096 bytes, which both tables count."""
from harness import Scenario, tables

LARGE = ',logical_block_size=4096,physical_block_size=4096'
s = Scenario('', seconds=90, sleep=True)
disk = tables.make(s.folder / 'gpt.raw', 420, 4096)
tables.fdisk(disk, 'g\nn\n1\n256\n299\nn\n2\n300\n300\nn\n3\n310\n412\nw\n',
             4096)
tables.read(s, disk, {'vda1': (256, 44), 'vda2': (300, 1), 'vda3': (310, 103)},
            'GPT', LARGE, 4096)
disk = tables.make(s.folder / 'mbr.raw', 420, 4096, 2)
tables.fdisk(disk, 'o\nn\np\n1\n20\n29\nn\ne\n4\n30\n419\n'
             'n\nl\n290\n300\nn\nl\n310\n419\nw\n', 4096)
tables.read(s, disk, {'vda1': (20, 10), 'vda5': (290, 11), 'vda6': (310, 110)},
            'MBR', LARGE, 4096)
s.done()
