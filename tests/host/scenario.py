#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness goes red when it must: a shell script plays the guest."""
import os
import pathlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRELUDE = '''
import sys, pathlib
sys.path.insert(0, {path!r})
sys.argv[0] = {name!r}
from harness import scenario, qemu, Scenario
scenario.direct.write = lambda image, folder: folder.mkdir()
qemu.command = lambda *words: ['sh', '-c', {guest!r}]
Scenario._record = lambda self: None
'''
FRAME = '''
s = Scenario('task hello', seconds={seconds})
with s.boot() as m:
    {body}
{after}
s.done()
'''
BOOT = ('echo "task loaded: hello"; echo "[    0.000100] N kernel-ext boot '
        'modules=3 tasks=1 refused=0 ignored=0 memory=1M"; ')
READY = 'echo "[    0.000200] I hello#1 ready took=1ms"; '
# name, what the guest does, the block's body, what follows it, is it red?
CASES = (
    ('an expected line', BOOT + READY, "m.expect('ready')", '', False),
    ('a line that never comes', BOOT + 'exec sleep 9', "m.expect('zzz', 0.2)", '',
     True),
    ('a line before the one already read', BOOT + READY,
     "m.expect('ready'); m.expect('boot')", '', True),
    ('a line too few', BOOT + READY, "m.expect_count('ready', 2)", '', True),
    ('two in the wrong order', BOOT + READY,
     "m.expect_all('ready', 'boot')", '', False),
    ('the deadline', BOOT + 'exec sleep 60', "m.expect('zzz')", '', True),
    ('the deadline passes unseen', BOOT + 'exec sleep 60',
     "import time; time.sleep(2.5)", '', True),
    ('what is no expectation fails', BOOT + READY,
     "m.expect('ready'); m.panics(0.2)", '', True),
    ('a panic that was asked for',
     BOOT + READY + 'echo "panic x.c:1: f: no"; exec sleep 9',
     "m.expect('ready'); m.panics()", '', False),
    ('a panic', BOOT + 'echo "panic vm/x.c:1: f: no"; exec sleep 1',
     "m.wait('panic')", '', True),
    ('a panic nobody looked for', BOOT + READY + 'echo "panic x.c:1: f: no"',
     "m.expect('ready'); m.exit_status()", '', True),
    ('the debugger', BOOT + 'printf "db> "; exec sleep 9', "m.expect('zzz')", '',
     True),
    ('a verb that is not in the table',
     BOOT + 'echo "[    0.000200] I hello#1 dance"', "m.expect('dance')", '',
     True),
    ('mixed lines', BOOT + 'echo "[    0.0002[    0.000300] I x#1 start"',
     "m.expect('start')", '', True),
    ('a foreign line', BOOT + 'echo "oops"', "m.expect('oops')", '', True),
    ('silence', 'echo "task loaded: hello"', "m.expect('loaded')", '', True),
    ('a forbidden line', BOOT + READY, "m.expect('ready')",
     "s.forbid('hello#1 ready')", True),
    ('no forbidden line', BOOT + READY, "m.expect('ready')",
     "s.forbid('hello#2')", False),
    ('what comes and must not', BOOT + READY + 'exec sleep 2',
     "m.expect_none('ready', 1)", '', True),
    ('what does not come', BOOT + 'exec sleep 9',
     "m.expect('boot'); m.expect_none('ready', 0.3)", '', False),
    ('the exit status', BOOT + 'exit 33', "m.expect_exit(0)", '', False),
    ('another exit status', BOOT + 'exit 35', "m.expect_exit(0)", '', True),
    ('an exit that the guest did not ask for', BOOT + 'exit 0',
     "m.expect_exit(0)", '', True),
    ('what is typed', BOOT + 'read x; echo "[    0.000300] I shell#1 log '
     'text=$x"', "m.send('hi', end='\\n'); m.expect('text=hi')", '', False),
    ('a prompt', BOOT + 'printf "usrd> "; exec sleep 9',
     "m.expect_prompt('usrd> $', 1)", '', False),
    ("a guest's results", BOOT + 'for x in 1..2 "ok 1 a" "ok 2 b"; do echo '
     '"[    0.000300] I t#1 log text=\\"$x\\""; done',
     "m.expect_ktap('t')", '', False),
    ("a guest's failure", BOOT + 'for x in 1..1 "not ok 1 a"; do echo '
     '"[    0.000300] I t#1 log text=\\"$x\\""; done',
     "m.expect_ktap('t')", '', True),
    ("a guest's results that stop", BOOT + 'echo "[    0.000300] I t#1 log '
     'text=1..1"', "m.expect_ktap('t')", '', True),
    ('a script that is broken', BOOT, "x = m.expect('zzz', 0.1)", 'x[0]',
     True),
    ('a check', BOOT, "s.check(1 > 2, 'no')", '', True),
)


def play(number, what, guest, body, after, red):
    """Its exit status and what it said."""
    name = f'harness-{number}'
    source = PRELUDE.format(path=str(pathlib.Path(__file__).parent), name=name,
                            guest=guest)
    source += FRAME.format(body=body, after=after,
                           seconds=2 if 'deadline' in what else 60)
    child = subprocess.run([sys.executable, '-c', source], text=True,
                           env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'},
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=90)
    return child.returncode, child.stdout.splitlines()


def main():
    out = tap.Writer()
    with ThreadPoolExecutor(4) as pool:     # most of them wait
        played = [pool.submit(play, number, *case)
                  for number, case in enumerate(CASES)]
    for (name, *_, red), future in zip(CASES, played):
        status, text = future.result()
        results = tap.read(text, status)
        failed = [r.name for r in results if r.state == 'failed']
        good = (status == 1 and 'plan' not in failed
                and 'exit status' not in failed) if red else not failed
        out.point(good and bool(failed) == red,
                  f'{"red" if red else "green"}: {name}', text)
    for folder in (ROOT / 'build' / 'tests').glob('harness-*'):
        shutil.rmtree(folder)
    out.plan()
    raise SystemExit(bool(out.failed))


main()
