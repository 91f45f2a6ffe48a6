#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The short form of the fault campaign (tests/faults): some faults of fixed
seeds in each driver's text and data; nobody else is affected, and who dies is
replaced."""
import json
import pathlib
import subprocess

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOG = ROOT / 'build/tests/faults-short/log.json'
COUNT = 36
NEVER = ('other-task', 'kernel-ext-lost', 'kernel-lost')


def main():
    out = tap.Writer()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.unlink(missing_ok=True)
    done = subprocess.run(
        [ROOT / 'tests/faults/run', '-n', str(COUNT), '--seed', '5000',
         '--class', 'text', '--class', 'data', '--hardened', '--log', LOG],
        capture_output=True, text=True)
    records = [json.loads(text) for text in LOG.read_text().splitlines()] \
        if LOG.exists() else []
    faults = [r for r in records if 'seed' in r]
    out.point(len(faults) == COUNT, f'{len(faults)} faults of {COUNT}',
              done.stderr.splitlines()[-5:])
    for outcome in NEVER:
        bad = [json.dumps(r) for r in faults if r['outcome'] == outcome]
        out.point(not bad, f'{outcome}: {len(bad)}', bad)
    for name in 'text', 'data':
        made = [r for r in faults if r['class'] == name
                and r['outcome'] != 'not-placed']
        out.point(made, f'{len(made)} of class {name}')
    died = [r for r in faults if 'cause' in r]
    back = [r for r in died if 'outage' in r or r['outcome'] == 'given-up']
    out.point(died and len(back) == len(died),
              f'{len(back)} of {len(died)} that died were replaced, or given '
              'up as policy says', [json.dumps(r) for r in died
                                    if r not in back])
    out.point(not any(r.get('dma') for r in faults),
              'no device wrote to memory that nobody was given')
    out.plan()
    return out.failed != 0


if __name__ == '__main__':
    raise SystemExit(main())
