#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The checks of what comes from the other side of a ring: the fuzzer of that side
finds each one that is taken out of a copy; whole, it is a unit test."""
import pathlib
import resource
import shlex
import shutil
import subprocess

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'build/tests/without/ring'
SECONDS = 2     # of processor time; whole, it takes 0.4
# Whose: what stands there, and what instead, once.
CHECKS = (
    ('driver', 'a slot that is taken is one of the ring',
     '*slot < d->slots && begin(', 'begin('),
    ('driver', 'and not in hand',
     'if (d->hand & ring_bit(s))\n        return false;', ''),
    ('driver', 'a count of requests is no more than there are slots',
     'if (ahead > d->slots)', 'if (0)'),
    ('driver', 'a buffer is within the ring',
     'copy->count > bytes || copy->offset > bytes - copy->count',
     'copy->offset + copy->count > bytes'),
    ('driver', 'what is answered is a slot of the ring',
     's >= d->slots || !(d->hand', '!(d->hand'),
    ('client', 'an answer is of a slot of the ring',
     's < c->slots && (c->flying', '(c->flying'),
    ('client', 'that is in flight',
     '(c->flying & ring_bit(s)) && is_answered', 'is_answered'),
    ('client', 'a count of answers is no more than there can be',
     'if (ahead > 2 * c->slots)', 'if (0)'),
    ('client', 'no more was moved than was asked for',
     'if ((result->count & ~c->flags) > c->mine->slots[s].count)', 'if (0)'),
)


def command(side):
    """That of the fuzzer, for the copy."""
    name = f'build/tests/unit/ring-{side}-fuzz.o'
    run = subprocess.run(['ninja', '-t', 'commands', name], cwd=ROOT,
                         text=True, capture_output=True, check=True)
    words = shlex.split(run.stdout.splitlines()[-1])
    words = words[:words.index('-MMD')]
    other = {'driver': 'client', 'client': 'driver'}[side]
    return [*words, '-w', '-g0', '-o', FOLDER / 'fuzz',
            FOLDER / f'tests/unit/ring-{side}-fuzz.c',
            ROOT / f'build/tests/unit/ring-{other}.o']


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def finds(words):
    """Does the fuzzer of the copy fail, or run in a circle?"""
    subprocess.run(words, cwd=ROOT, check=True)
    return subprocess.run([FOLDER / 'fuzz'], capture_output=True,
                          preexec_fn=limit).returncode != 0


def main():
    out = tap.Writer()
    shutil.rmtree(FOLDER, ignore_errors=True)
    for folder in 'tests/unit', 'libusrd-min/ring':
        shutil.copytree(ROOT / folder, FOLDER / folder)
    for side in 'driver', 'client':
        words = command(side)
        copy = FOLDER / f'libusrd-min/ring/{side}.c'
        whole = copy.read_text()
        for whose, what, check, instead in CHECKS:
            if whose != side:
                continue
            copy.write_text(whole.replace(check, instead))
            out.point(whole.count(check) == 1 and finds(words),
                      f'{side}: {what}', [] if check in whole else
                      ['the check is not there as it is written here'])
        copy.write_text(whole)
    out.plan()
    raise SystemExit(bool(out.failed))


main()
