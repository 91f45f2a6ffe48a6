#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Spin on ring.pml: no error as it stands, one with each safeguard taken out.

README.md says what that means.  --soak proves larger cases."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from harness import tap

HERE = pathlib.Path(__file__).resolve().parent
MEGABYTES = 700         # of states
SECONDS = 300           # for one case, on a busy machine
MINUTES = 15            # for one that has more states than that

# How Spin's program is built, and run.
EXACT = ['-O1', '-DSAFETY', '-DCOLLAPSE'], ['-w20']
SMALL = ['-O0', '-DSAFETY', '-DCOLLAPSE'], ['-w20']
HASHED = ['-O1', '-DSAFETY', '-DBITSTATE'], ['-w28']     # most states, not all
ENDS = ['-O1', '-DNP', '-DCOLLAPSE'], ['-w20', '-l']     # no cycle in it
SAMPLE = (['-O1', '-DSAFETY', '-DBITSTATE', '-DT_RAND', '-DP_RAND'],
          ['-w32', '-RS1', f'-Q{MINUTES}'])


def case(slots, requests, kills, *words):
    return [f'-DSLOTS={slots}', f'-DREQUESTS={requests}', f'-DKILLS={kills}',
            *(f'-D{word}' for word in words)]


PROOFS = (
    ('two slots', case(2, 2, 0, 'SUBMIT'), EXACT),
    ('a driver that dies anywhere', case(1, 2, 1), EXACT),
    ('a wire, and two drivers that do', case(1, 1, 2, 'WIRE'), EXACT),
    ('a driver that passes requests over, and dies',
     case(1, 2, 1, 'PASSES_OVER'), EXACT),
    ('a client that does', case(2, 2, 0, 'CLIENT_MAY_DIE'), EXACT),
    ('a client and a driver that do', case(1, 1, 1, 'CLIENT_MAY_DIE'), EXACT),
    ('it ends, with a death', case(1, 1, 1), ENDS),
    ('it ends, with two requests', case(1, 2, 0), ENDS),
)
LONGER = (
    ('two drivers that do', case(1, 1, 2), EXACT),
    ('two slots, one death', case(2, 2, 1, 'SUBMIT'), SAMPLE),
    ('two slots, three requests, one death', case(2, 3, 1), SAMPLE),
    ('two slots, three requests, two deaths', case(2, 3, 2), SAMPLE),
    ('three requests in turn, two deaths', case(1, 3, 2, 'SUBMIT'), SAMPLE),
)
CONTROLS = (
    ('no fence between posting and looking at naps',
     case(1, 2, 0, 'NO_FENCE_POST'), SMALL),
    ('nor between answering and looking',
     case(1, 2, 0, 'NO_FENCE_ANSWER'), SMALL),
    ('nor before the client sleeps',
     case(1, 2, 0, 'NO_FENCE_CLIENT_NAP'), SMALL),
    ('nor before the driver does',
     case(1, 2, 0, 'NO_FENCE_DRIVER_NAP'), SMALL),
    ('posted before its slot is written',
     case(1, 2, 0, 'POSTED_FIRST'), SMALL),
    ("an answer's turn before its result",
     case(1, 1, 1, 'ANSWER_TURN_FIRST'), SMALL),
    ('counted before the answer', case(1, 2, 0, 'DONE_FIRST'), SMALL),
    ('a new epoch and no look at all slots',
     case(1, 1, 1, 'NO_RESCAN'), SMALL),
    ('a successor that looks at no slots', case(1, 1, 1, 'NO_SCAN'), SMALL),
    ('that goes by turns alone', case(1, 2, 2, 'NO_HELD'), HASHED),
    ('that does not go by turns',
     case(1, 2, 1, 'PASSES_OVER', 'NO_TURNS'), SMALL),
    ('that finds it counted and not held',
     case(1, 1, 1, 'HELD_AFTER_TAKEN'), SMALL),
    ('that naps under an old number', case(1, 2, 1, 'NAPS_AGAIN'), HASHED),
    ('that sends again what killed the last',
     case(1, 1, 1, 'WIRE', 'SENT_AGAIN'), SMALL),
    ('that does not ring', case(1, 1, 1, 'NO_RING_AT_RESTART'), SMALL),
    ('an order for one answer a slot', case(2, 3, 1, 'SHORT_ORDER'), HASHED),
)


def check(words, kind, seconds):
    """(errors, states, what pan said)."""
    built, ran = kind
    with tempfile.TemporaryDirectory() as folder:
        def run(*command, **more):
            return subprocess.run(
                command, cwd=folder, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, check=False, **more).stdout
        said = run('spin', *words, '-a', HERE / 'ring.pml')
        said += run('gcc', *built, '-w', f'-DMEMLIM={MEGABYTES}', '-o', 'pan',
                    'pan.c')
        try:
            said += run('./pan', '-m1000000', *ran, timeout=seconds)
        except subprocess.TimeoutExpired as late:
            return None, 0, f'not done after {late.timeout} s'
    errors = re.search(r'errors: (\d+)', said)
    whole = not re.search(r'aborted|out of memory|max search depth', said)
    states = re.search(r'(\d+) states, stored', said)
    return (int(errors[1]) if errors and whole else None,
            int(states[1]) if states else 0, said)


def main():
    out = tap.Writer()
    soak = '--soak' in sys.argv
    if not shutil.which('spin'):
        out.point(False, 'spin is there: boot/setup installs it')
    seconds = 3600 if soak else SECONDS
    for name, words, kind in LONGER if soak else PROOFS:
        errors, states, said = check(words, kind, seconds)
        out.point(errors == 0, f'{name}: {states:,} states', said.splitlines())
    for name, words, kind in () if soak else CONTROLS:
        errors, _, said = check(words, kind, seconds)
        why = re.search(r'pan:1: (.*?) \(at', said)
        out.point(errors == 1, f'wrong: {name}: {why[1] if why else "?"}',
                  said.splitlines())
    out.plan()
    raise SystemExit(bool(out.failed))


main()
