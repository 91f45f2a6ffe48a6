#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The build: nothing to do twice, no hidden dependency, unique bases."""
import pathlib
import re
import subprocess

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = re.compile(r'^\s*base\s*=\s*(0x[0-9a-fA-F]+)', re.M)


def ninja(*words):
    return subprocess.run(['ninja', *words], cwd=ROOT, text=True,
                          capture_output=True).stdout


def bases():
    """Where each program is linked: {address: files that say so}."""
    found = {}
    for path in sorted(ROOT.glob('*/**/*.ninja')):
        if path.parts[len(ROOT.parts)] != 'build':
            for base in BASE.findall(path.read_text()):
                found.setdefault(int(base, 16), []).append(
                    str(path.relative_to(ROOT)))
    return found


def main():
    out = tap.Writer()
    again = ninja('-n', '-d', 'explain')
    out.point('no work to do' in again, 'a second ninja does nothing',
              again.splitlines()[-5:])
    missing = ninja('-t', 'missingdeps')
    out.point('No missing dependencies' in missing,
              'no generated file is used without saying so',
              missing.splitlines()[-5:])
    where = bases()
    shared = [f'{base:#x}: {", ".join(files)}' for base, files
              in where.items() if len(files) > 1]
    out.point(where and not shared, 'each program has a base of its own',
              shared or ['no base found'])
    out.plan()
    raise SystemExit(bool(out.failed))


main()
