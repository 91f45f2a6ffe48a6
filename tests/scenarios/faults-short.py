#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The short form of the fault campaign (tests/faults): some faults of fixed
seeds, of each class; nobody else is affected, and who dies is replaced."""
import json
import pathlib
import subprocess

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOG = ROOT / 'build/tests/faults-short/log.json'
PARTS = {('text', 'data'): 36, ('control', 'device', 'edge'): 16}
COUNT = sum(PARTS.values())
NEVER = ('runner-error', 'other-task', 'kernel-ext-lost', 'kernel-lost')


def main():
    out = tap.Writer()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.unlink(missing_ok=True)
    said = []
    for classes, count in PARTS.items():
        words = [word for name in classes for word in ('--class', name)]
        said += subprocess.run(
            [ROOT / 'tests/faults/run', '-n', str(count), '--seed', '5000',
             *words, '--hardened', '--log', LOG], capture_output=True,
            text=True, check=False).stderr.splitlines()[-5:]
    records = [json.loads(text) for text in LOG.read_text().splitlines()] \
        if LOG.exists() else []
    faults = [r for r in records if 'seed' in r]
    out.point(len(faults) == COUNT, f'{len(faults)} faults of {COUNT}', said)
    for outcome in NEVER:
        bad = [json.dumps(r) for r in faults if r['outcome'] == outcome]
        out.point(not bad, f'{outcome}: {len(bad)}', bad)
    for name in sum(PARTS, ()):
        made = [r for r in faults if r['class'] == name
                and r['outcome'] != 'not-placed']
        out.point(made, f'{len(made)} of class {name}')
    died = [r for r in faults if 'cause' in r]
    back = [r for r in died if r['outcome'] in ('recovered', 'given-up')
            or r.get('healed')]
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
