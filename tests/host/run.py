#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which tests `tests/run -l` picks."""
import pathlib
import subprocess
import sys

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]


def listed(*words):
    done = subprocess.run([sys.executable, ROOT / 'tests/run.py', '-l', *words],
                          text=True, capture_output=True)
    return set(done.stdout.split()), done.stderr


out = tap.Writer()
everything, _ = listed()
boots, _ = listed('-k', 'scenarios/boot')
hosts, _ = listed('-k', 'host/')
out.point({'scenarios/boot-default', 'host/run'} <= everything,
          'all, without a pattern', sorted(everything)[:10])
out.point(boots == {name for name in everything if 'scenarios/boot' in name}
          and boots and hosts, 'those with a pattern in their name',
          sorted(boots))
both, _ = listed('-k', 'scenarios/boot', '-k', 'host/')
out.point(both == boots | hosts and both != boots, 'those with one of several',
          sorted(both))
none, said = listed('-k', 'no-such-test')
out.point(not none and not said, 'none, to be listed', [said])
out.plan()
sys.exit(1 if out.failed else 0)
