#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps of tasks/README.md, carried out on a scratch copy."""
import os
import pathlib
import re
import shutil
import subprocess

from harness import guide, tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / 'tasks' / 'README.md'
SCRATCH = ROOT / 'build' / 'tests' / 'guide'
BIG = ('sysroot', 'newlib', 'src', 'apt')       # not written by a build


def copy():
    """The tree and what is built of it, so that little is built again."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    listed = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard'],
                            cwd=ROOT, text=True, capture_output=True)
    names = listed.stdout.splitlines() or [
        str(path.relative_to(ROOT)) for path in ROOT.rglob('*')
        if path.relative_to(ROOT).parts[0] not in ('build', '.git')
        and not path.is_dir()]
    for name in names:
        if (ROOT / name).exists():
            (SCRATCH / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, SCRATCH / name, follow_symlinks=False)
    build = SCRATCH / 'build'
    shutil.copytree(ROOT / 'build', build, symlinks=True,
                    ignore=lambda folder, names: [
                        name for name in names
                        if pathlib.Path(folder) == ROOT / 'build'
                        and name in (*BIG, 'tests', 'run', 'pycache')])
    if (ROOT / 'build/tests/unit').exists():
        shutil.copytree(ROOT / 'build/tests/unit', build / 'tests/unit')
    for name in BIG:
        (build / name).symlink_to(ROOT / 'build' / name)


def follow(out, section, quiet=''):
    """The steps succeed (and say nothing that quiet matches), the driver that
    they make is ready."""
    steps, boot = guide.steps(GUIDE, section)
    env = {**os.environ, 'HOME': str(SCRATCH / 'home of a user')}
    status, said = guide.run(steps, SCRATCH, env)
    out.point(status == 0 and not (quiet and re.search(
        quiet, '\n'.join(said))), f'{section}: the steps succeed', said[-15:])
    out.point(boot.startswith('qemu/run -t '), 'the last one boots', [boot])
    ready, said = guide.boots(boot, SCRATCH, 'mydev', env)
    out.point(ready, 'the new driver is ready', said[-15:])
    text = '\n'.join(said)
    out.point(not re.search(r' mydev#\d+ (refuse|death|failed) ', text),
              'and stays so', said[-15:])


def main():
    out = tap.Writer()
    copy()
    follow(out, 'A driver outside this tree', 'warning|error')
    follow(out, 'Add a driver in ten minutes')
    out.plan()
    if not out.failed:
        shutil.rmtree(SCRATCH)
    raise SystemExit(bool(out.failed))


main()
