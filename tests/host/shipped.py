#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ships has every guard of kernel-ext and no hook of a test's; each guard
has a build without it, which differs, and a scenario that boots it."""
import pathlib
import re
import shlex
import subprocess
import sys

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'boot'))

import image  # noqa: E402

WITHOUT = 'build/tests/without/'
# All words that kernel-ext knows, each of them policy, or the kernel's.
WORDS = {'host-priv-port', 'device-master-port', 'debug-exit', 'kill-every',
         'guard', 'iommu', 'invalidate', 'log-level'}


def commands():
    """{what is made: its command}, of the whole build."""
    run = subprocess.run(['ninja', '-t', 'commands'], cwd=ROOT, text=True,
                         capture_output=True, check=True)
    found = {}
    for line in run.stdout.splitlines():
        words = shlex.split(line) if ' -o ' in line else []
        if '-o' in words:
            found[words[words.index('-o') + 1]] = words
    return found


def code(path):
    """What the kernel would load of it."""
    to = ROOT / WITHOUT / 'stripped'
    subprocess.run(['strip', '-s', '-o', to, ROOT / path], check=True)
    data = to.read_bytes()
    to.unlink()
    return data


def text(*patterns):
    return '\n'.join(path.read_text() for pattern in patterns
                     for path in sorted(ROOT.glob(pattern)))


def check_builds(out):
    made = commands()
    lacks = {name: words for name, words in made.items()
             if any('KX_WITHOUT' in word for word in words)}
    stray = [name for name in lacks if not name.startswith(WITHOUT)]
    out.point(lacks and not stray, f'{len(made)} things are built, those '
              'without a guard for the tests only', stray)
    guards = set(re.findall(r'KX_WITHOUT_(\w+) = 1',
                            text('kernel-ext/holds.h')))
    used = set(re.findall(r'KX_HOLDS\((\w+)\)', text('kernel-ext/*.c')))
    built = {word.removeprefix('-DKX_WITHOUT=KX_WITHOUT_'): name
             for name, words in lacks.items() for word in words
             if word.startswith('-DKX_WITHOUT=KX_')}
    out.point(guards == used and guards <= set(built),
              f'each of {len(guards)} guards is used, and has a build without',
              [str(guards ^ used), str(guards - set(built))])
    whole = code(f'{WITHOUT}nothing/kernel-ext')
    same = [name for name in built.values() if code(name) == whole]
    out.point(not same, 'which is another program', same)
    scenarios = text('tests/scenarios/*.py', 'tests/harness/*.py')
    unseen = [name for name in map(pathlib.Path, lacks)
              if f"'{name.parent.name}'" not in scenarios
              and name.parent.name not in ('nothing', 'crash')]
    out.point(not unseen, 'and a scenario', unseen)


def check_words(out):
    path = ROOT / 'build/kernel-ext/kernel-ext'
    words = {word.decode() for word in
             re.findall(rb'--([a-z]+(?:-[a-z]+)*)\0', path.read_bytes())}
    out.point(words == WORDS, 'kernel-ext knows no word but its own',
              [str(words ^ WORDS)])
    readme = text('kernel-ext/README.md')
    unsaid = [word for word in WORDS if f'--{word}=' not in readme]
    out.point(not unsaid, 'each is in its README', unsaid)


def check_images(out):
    files = [module.path for path in sorted((ROOT / 'images').glob('*.image'))
             for module in image.load(path).modules()]
    wrong = [str(path) for path in files
             if path.is_relative_to(ROOT / 'build/tests')]
    out.point(files and not wrong, 'no image has anything of the tests', wrong)


def main():
    out = tap.Writer()
    check_builds(out)
    check_words(out)
    check_images(out)
    out.plan()
    raise SystemExit(bool(out.failed))


main()
