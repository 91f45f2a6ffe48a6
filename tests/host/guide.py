#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps of tasks/README.md, carried out on a scratch copy."""
import pathlib
import re
import shlex
import shutil
import subprocess
import threading

from harness import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / 'tasks' / 'README.md'
SCRATCH = ROOT / 'build' / 'tests' / 'guide'
SECONDS = 90
BIG = ('sysroot', 'newlib')         # not written by a build


def blocks():
    """The guide's shell commands, and its last one, which boots."""
    text = '\n'.join(re.findall(r'^```sh\n(.*?)^```', GUIDE.read_text(),
                                re.M | re.S))
    steps, boot = text.rstrip().rsplit('\n', 1)
    return steps, boot


def copy():
    """The tree and what is built of it, so that little is built again."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    listed = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard'],
                            cwd=ROOT, text=True, capture_output=True)
    names = listed.stdout.splitlines() or [
        str(path.relative_to(ROOT)) for path in ROOT.rglob('*')
        if path.relative_to(ROOT).parts[0] not in ('build', '.git')
        and not path.is_dir()]
    for name in names:
        if (ROOT / name).exists():
            (SCRATCH / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, SCRATCH / name, follow_symlinks=False)
    build = SCRATCH / 'build'
    shutil.copytree(ROOT / 'build', build, symlinks=True,
                    ignore=lambda folder, names: [
                        name for name in names
                        if pathlib.Path(folder) == ROOT / 'build'
                        and name in (*BIG, 'tests', 'run', 'pycache')])
    if (ROOT / 'build/tests/unit').exists():
        shutil.copytree(ROOT / 'build/tests/unit', build / 'tests/unit')
    for name in BIG:
        (build / name).symlink_to(ROOT / 'build' / name)


def run(command):
    done = subprocess.run(['sh', '-ec', command], cwd=SCRATCH, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, errors='replace')
    return done.returncode, done.stdout.splitlines()


def boots(command):
    """Whether the driver gets ready, and what was said; a busy host has more
    time for it than the guide gives."""
    said, ready = [], False
    command = re.sub(r'-t \d+', f'-t {SECONDS}', command)
    with subprocess.Popen(shlex.split(command), cwd=SCRATCH, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, errors='replace') as qemu:
        for line in qemu.stdout:
            said.append(line.rstrip())
            if ' mydev#1 ready ' in line and not ready:
                ready = True
                threading.Timer(2, qemu.terminate).start()
    return ready, said


def main():
    out = tap.Writer()
    copy()
    steps, boot = blocks()
    status, said = run(steps)
    out.point(status == 0, 'the steps succeed', said[-15:])
    out.point(boot.startswith('qemu/run -t '), 'the last one boots', [boot])
    ready, said = boots(boot)
    out.point(ready, 'the new driver is ready', said[-15:])
    text = '\n'.join(said)
    out.point(not re.search(r' mydev#\d+ (refuse|death|failed) ', text),
              'and stays so', said[-15:])
    out.plan()
    if not out.failed:
        shutil.rmtree(SCRATCH)
    raise SystemExit(bool(out.failed))


main()
