#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A red scenario leaves its log and a recording that runs again exactly, also
under gdb."""
import os
import pathlib
import shutil
import subprocess
import sys

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = 'replay-red'
FOLDER = ROOT / 'build' / 'tests' / NAME
SCRIPT = ROOT / 'build' / 'tests' / f'{NAME}.py'
SCENARIO = '''
import sys
sys.path.insert(0, {tests!r})
from harness import Scenario
s = Scenario('task hello', 20)
with s.boot() as m:
    m.expect(r' hello#1 ready ')
    m.expect('what never comes', 0.5)
s.done()
'''
GDB = 'hbreak driver_init\nhbreak hello_init\ncontinue\nbacktrace\nkill\nquit\n'


def replay(*words, typed=''):
    done = subprocess.run([ROOT / 'qemu' / 'replay', NAME, *words],
                          input=typed, text=True, errors='replace',
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120)
    return done.stdout


def main():
    out = tap.Writer()
    shutil.rmtree(FOLDER, ignore_errors=True)
    SCRIPT.parent.mkdir(parents=True, exist_ok=True)
    SCRIPT.write_text(SCENARIO.format(tests=str(ROOT / 'tests')))
    red = subprocess.run([sys.executable, SCRIPT], text=True,
                         capture_output=True, env={**os.environ, 'RECORD': ''})
    out.point(red.returncode == 1 and f'qemu/replay {NAME}' in red.stdout,
              'the scenario is red and says how to replay it',
              red.stdout.splitlines())
    kept = [name for name in ('log', 'command', 'recording/recording')
            if (FOLDER / name).is_file()]
    out.point(len(kept) == 3, 'log, command and recording are kept', kept)
    recorded = (FOLDER / 'recording' / 'log').read_text('latin-1')
    again = replay('--no-gdb')
    out.point(again.split('\n', 1)[1] == recorded.replace('\r\n', '\n')
              or again.split('\n', 1)[1] == recorded,
              'the replay says the same, byte for byte', [again[-300:]])
    if shutil.which('gdb'):
        said = replay(typed=GDB)
        out.point('#0' in said and 'hello.c' in said,
                  'gdb stops in a driver of the replay',
                  said.splitlines()[-12:])
    else:
        out.skip('gdb stops in a driver of the replay', 'gdb is not installed')
    out.plan()
    if not out.failed:
        shutil.rmtree(FOLDER)
        SCRIPT.unlink()
    raise SystemExit(bool(out.failed))


main()
