#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The attack list, docs/attacks.md: each of its tests on the stock and on the
hardened kernel, without and with an IOMMU; and the table of what came of it."""
import os
import pathlib
import re
from concurrent.futures import ThreadPoolExecutor

from harness import tap
from harness.runner import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / 'docs' / 'attacks.md'
SETTINGS = {(kernel, machine): {'KERNEL': kernel, 'MACHINE': machine}
            for kernel in ('stock', 'hardened') for machine in ('', 'iommu')}
AT_A_TIME = 2
LIMIT = 900


def scenarios():
    """Those that rows of the list name, in its order."""
    rows = [line for line in LIST.read_text().splitlines()
            if line.startswith('|')]
    names = dict.fromkeys(re.findall(r'`([\w-]+)`', '\n'.join(rows)))
    paths = [ROOT / 'tests' / 'scenarios' / f'{name}.py' for name in names]
    return [Program(path, path.stem) for path in paths if path.exists()]


def run(out, setting):
    """All of them so: how many scenarios, points, and points that failed."""
    what = f'{setting[0]} kernel, IOMMU {"on" if setting[1] else "off"}'
    os.environ.update(SETTINGS[setting])
    programs = scenarios()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for program, _ in zip(programs, pool.map(
                lambda p: p.run(ROOT, LIMIT), programs)):
            failed = program.count('failed')
            out.point(not failed, f'{what}: {program.name}', [
                line for line in program.output.splitlines()
                if failed and not line.startswith(('ok', '    '))])
    return (*setting, len(programs), *(
        sum(p.count(state) for p in programs)
        for state in ('passed', 'skipped', 'failed')))


def main():
    out = tap.Writer()
    found = [run(out, setting) for setting in SETTINGS]
    out.note('| kernel | IOMMU | scenarios | points | skipped | failed |',
             '| --- | --- | --- | --- | --- | --- |',
             *(f'| {kernel} | {"on" if machine else "off"} | {n} | {passed} | '
               f'{skipped} | {failed} |'
               for kernel, machine, n, passed, skipped, failed in found))
    out.plan()


if __name__ == '__main__':
    main()
