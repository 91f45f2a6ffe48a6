#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged partition tables: one line of the log for each thing that is wrong,
and the partitions that are right are there, with what is in them."""
from harness import Scenario, sums, tables, witness

RECORDS = 1024
s = Scenario('', seconds=90, grub=True)
disks, wanted = {}, {}


def disk(name):
    disks[name] = tables.make(s.folder / name, RECORDS, seed=len(disks))
    return disks[name]


def gpt(name):
    path = disk(name)
    tables.gpt(path, (40, 99), (100, 400), (500, 700))
    return path


# Of each disk: the lines, and the partitions that are left.
tables.flip(gpt('vda'), 512 + 60)
wanted['vda'] = (['vda: GPT: wrong CRC of header, its copy is used',
                  'vda: GPT, 3 partitions'],
                 {1: (40, 60), 2: (100, 301), 3: (500, 201)})

path = gpt('vdb')
tables.flip(path, 1024 + 200)
tables.flip(path, (RECORDS - 33) * 512 + 200)
wanted['vdb'] = (['vdb: GPT: wrong CRC of entries, and its copy is no better',
                  'vdb: GPT, 0 partitions'], {})

path = gpt('vdc')
tables.gpt_entry(path, 4, 400, 450)
tables.gpt_entry(path, 5, 900, 1099)
wanted['vdc'] = (['vdc5 at 900+200 left out: past the end of the disk',
                  'vdc2 at 100+301 left out: overlaps partition 4',
                  'vdc4 at 400+51 left out: overlaps partition 2',
                  'vdc: GPT, 2 partitions'], {1: (40, 60), 3: (500, 201)})

path = disk('vdd')
tables.blank_ends(path)
for words in ((0, 0, 0x83, 40, 100), (0, 1, 5, 200, 800),
              (200, 0, 0x83, 1, 99), (200, 1, 5, 100, 200),
              (300, 0, 0x83, 10, 100), (300, 1, 5, 300, 200),
              (500, 0, 0x83, 1, 100), (500, 1, 5, 100, 200)):
    tables.mbr_entry(path, *words)
wanted['vdd'] = (['vdd: the chain at record 300 is a loop',
                  'vdd: MBR, 4 partitions'],
                 {1: (40, 100), 5: (201, 99), 6: (310, 100), 7: (501, 100)})

image = witness.TASKS
for n, (name, (_, parts)) in enumerate(wanted.items()):
    provides = ','.join(f'{name}{number}' for number in range(1, 9))
    image += f'''
ramdisk {disks[name]}
task {name}=ramdisk kdev=rd{n} -- rd{n}
task part-{name}=part needs={name} provides={provides} -- {name}
'''
    names = [f'{name}{number}' for number in parts]
    if parts:
        image += (f'task sum-{name}=sum needs={",".join(names)} -- '
                  f'{" ".join(names)}\n')
with s.boot(image) as m:
    m.expect_all(*(rf' part-{name}#1 ready ' for name in wanted))
    m.expect_all(*(rf' sum-{name}#1 log text="done, 0 failed"'
                   for name in wanted if wanted[name][1]))
    witness.unharmed(s, m, 400_000)
for name, (lines, parts) in wanted.items():
    said = [line.split('"')[1] for line in m.lines
            if f' part-{name}#1 log text="' in line]
    s.check(said == lines, f'{name}: what is said of it', *said)
    for number, place in parts.items():
        digest = sums.digest(tables.get(disks[name], *place))
        s.check(any(f' log text="{digest} {name}{number} by ' in line
                    for line in m.lines), f'{name}{number} is there')
witness.undisturbed(s)
s.done()
