# SPDX-License-Identifier: GPL-2.0-or-later
"""The firmware's table of IOMMUs (VT-d 3.3, chapter 8), good and bad, for
QEMU's -acpitable, which itself makes sums and the table's length right."""
import struct

from .scenario import Scenario

BASE = 0xfed90000       # of QEMU's


def scope(*path, kind=1, bus=0, length=None):
    hops = b''.join(struct.pack('BB', *hop) for hop in path)
    return struct.pack('<BBHBB', kind, 6 + len(hops) if length is None
                       else length, 0, 0, bus) + hops


def unit(base=BASE, everything=1, scopes=b'', length=None, segment=0):
    return struct.pack('<HHBBHQ', 0, 16 + len(scopes) if length is None
                       else length, everything, 0, segment, base) + scopes


def region(first, last, scopes=b''):
    return struct.pack('<HHHHQQ', 1, 24 + len(scopes), 0, 0, first,
                       last) + scopes


def table(*structures, width=39):
    body = struct.pack('BB10x', width - 1, 0) + b''.join(structures)
    return struct.pack('<4sIBB6s8sI4sI', b'DMAR', 36 + len(body), 1, 0,
                       b'TESTER', b'TESTDMAR', 1, b'TEST', 1) + body


# All tables are ours: QEMU makes none.
OURS = 'qemu -M q35,acpi=off -device intel-iommu -acpitable file=%s\n'


# What is refused -> the reason that the log gives.
BAD = {
    'truncated': (table()[:44], 'no sensible width'),
    'empty': (table(), 'has no unit'),
    'looping': (table(unit(length=0)), 'structure of the DMAR has a wrong len'),
    'reaching': (table(unit(length=17)), 'structure of the DMAR has a wrong le'),
    'overlapping': (table(unit(scopes=scope((3, 0), length=12))), 'bad scope'),
    'double': (table(unit(), unit(everything=0)), 'at one place'),
    'in-ram': (table(unit(0x1000000)), 'no unit is where the DMAR says'),
    'nowhere': (table(unit()), 'no unit is where the DMAR says'),
}


def refused(names, seconds=60):
    """A scenario of its own: the tables of these names are refused with one
    line, and the image boots, as --iommu= says."""
    s = Scenario('', seconds=seconds)
    for n, name in enumerate(names):
        binary, why = BAD[name]
        path = s.folder / f'{name}.table'
        path.write_bytes(binary)
        require = n == 0
        # Of a unit that is nowhere, and where there is no unit at all.
        machine = OURS % path if name not in ('nowhere', 'in-ram') else \
            f'qemu -M q35,acpi=off -acpitable file={path}\n'
        with s.boot(f'{machine}task hello\ntask dma\n'
                    f'{"kernel-ext --iommu=require" if require else ""}',
                    name) as m:
            m.expect(rf' E kernel-ext iommu dma=open why=".*{why}',
                     name=f'{name}: {why}')
            if require:
                m.expect(r' E dma#0 refuse word=dma=256K why="no IOMMU, which '
                         r'--iommu=require wants"')
                m.expect(r' E dma#0 failed ')
            else:
                m.expect(r' dma#1 ready ')
            m.expect(r' kernel-ext up ')
            lines = [t for t in m.lines if ' iommu ' in t or ' reserved ' in t]
            s.check(len(lines) == 1, 'with one line', *lines)
    s.forbid(r' (hello|dma)#\d+ death ')
    s.done()
