# SPDX-License-Identifier: GPL-2.0-or-later
"""Which instructions of a driver are executed: one boot with QEMU's log of what
it translates, kept for as long as the programs are the same."""
import hashlib
import json
import os
import re
import shutil

from programs import ROOT, file, instructions, text_range
import scene
from guest import Guest
import kx

ADDRESS = re.compile(r'^0x([0-9a-f]+):', re.M)
KEEP = ROOT / 'build/tests/faults'


def executed(iommu=False):
    """{driver's program: {'start': addresses, 'load': addresses}}: what only
    runs when it starts, and what its clients have it do."""
    programs = sorted({d.program for d in scene.DRIVERS.values()})
    mark = hashlib.sha256(repr((scene.TEXT, iommu)).encode())
    for name in programs:
        mark.update(file(name).read_bytes())
    keep = KEEP / f'executed-{mark.hexdigest()[:16]}.json'
    if not keep.exists():
        found = _look(programs, iommu)
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_text(json.dumps(found))
    return {program: {when: set(places) for when, places in both.items()}
            for program, both in json.loads(keep.read_text()).items()}


def _look(programs, iommu):
    ranges = ','.join('{:#x}..{:#x}'.format(*text_range(p)) for p in programs)
    folder = KEEP / f'executed-{os.getpid()}'
    folder.mkdir(parents=True, exist_ok=True)
    first, then = folder / 'first', folder / 'then'
    guest = Guest(folder, iommu, extra=['-d', 'in_asm', '-D', str(first),
                                        '-dfilter', ranges])
    guest.hurry(guest.drivers)
    guest.hmp(f'logfile {then}')
    kx.top(guest)           # a breakpoint, at which QEMU forgets what it has
    guest.run(150)
    guest.close()
    result = {}
    for program in programs:
        known = set(instructions(program))
        low, end = text_range(program)
        start, load = ({a for a in (int(m, 16) for m in ADDRESS.findall(
            path.read_text(errors='replace'))) if low <= a < end} & known
            for path in (first, then))
        if not load:
            raise RuntimeError(f'{program}: its clients do not use it')
        result[program] = {'start': sorted(start - load),
                           'load': sorted(load)}
    shutil.rmtree(folder)
    return result
