#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rings, longer than tests/run has them: larger cases of the model, a thousand
million steps against each side, half an hour of drivers that are killed."""
import pathlib
import subprocess
import sys

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / 'build/tests/unit'
PROGRAMS = (
    ('the model', [ROOT / 'tests/model/ring.py', '--soak']),
    *((f'{side}, seed {seed}',
       [UNIT / f'ring-{side}-fuzz', '250000000', str(seed)])
      for side in ('driver', 'client') for seed in range(1, 5)),
    ('drivers killed', [UNIT / 'ring-kill', '1800']),
)


def main():
    out = tap.Writer()
    for name, command in PROGRAMS:
        ran = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, check=False)
        said = ran.stdout.splitlines()
        out.nested(said)
        out.point(ran.returncode == 0, name, said[-20:])
    out.plan()
    sys.exit(bool(out.failed))


main()
