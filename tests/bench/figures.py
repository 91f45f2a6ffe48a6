# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured: each function boots an image under `-icount shift=0`,
where a nanosecond of the guest's time is an instruction, and yields
(name, value, unit)."""
import pathlib
import re
import statistics

from harness import Failed, qemu
from harness.machine import Machine
from logtools import line as logline

import image
import iso

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'build' / 'tests' / 'bench'
CRASHES, HANGS = 1000, 20


class Bench:
    """One boot; the log's lines as they are asked for."""

    def __init__(self, name, source, seconds):
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        built = (image.load(source) if isinstance(source, pathlib.Path)
                 else image.parse(source, name))
        iso.write(built, folder / 'iso')
        words = qemu.command(folder / 'iso', built.qemu, folder, (0, True))
        self.machine = Machine(words, folder, seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.machine.stop()

    def wait(self, pattern):
        return logline.parse(self.machine.wait(pattern).string)

    def until(self, pattern, end):
        """All lines with pattern before the one with end."""
        while True:
            line = self.wait(f'{pattern}|{end}')
            if re.search(end, line.text):
                return
            yield line


def instructions(duration):
    return round(logline.seconds(duration) * 1e9)


def spread(name, values, unit='instructions'):
    values = sorted(values)
    yield f'{name}.median', round(statistics.median(values)), unit
    yield f'{name}.p99', values[len(values) * 99 // 100], unit


def crash():
    """A crash, until its next incarnation is ready."""
    with Bench('crash', 'kernel-ext --log-level=W\ntask die restart-delay=0 '
               'start-limit=0 -- null after=20', 300) as bench:
        took = [instructions(bench.wait(r' die#\d+ restart ').keys['outage'])
                for _ in range(CRASHES)]
    yield from spread('restart.crash_to_ready', took)


def hang():
    """From the last sign of life, until the next incarnation is ready."""
    with Bench('hang', 'kernel-ext --log-level=W\ntask die watchdog=200ms '
               'restart-delay=0 start-limit=0 -- spin after=20', 300) as bench:
        took = []
        for _ in range(HANGS):
            silent = bench.wait(r' die#\d+ death ').keys['silent']
            outage = bench.wait(r' die#\d+ restart ').keys['outage']
            took.append((logline.seconds(silent)
                         + logline.seconds(outage)) * 1000)
    yield 'restart.hang_to_ready.worst', round(max(took), 1), 'ms'


def calls():
    """Calls on hello from another task, as tasks/bench counts them."""
    with Bench('calls', 'task hello\ntask bench', 120) as bench:
        for line in bench.until(r' bench#1 log text="bench ',
                                r' bench#1 stopped '):
            _, name, value = line.keys['text'].split()
            yield name, int(value), 'instructions'


def boot():
    """kernel-ext's first instruction, until all of the default image is
    ready."""
    with Bench('boot', ROOT / 'images' / 'default.image', 120) as bench:
        took = bench.wait(r' kernel-ext up ').keys['took']
    yield 'boot.all_ready', instructions(took), 'instructions'


def sizes():
    """What is loaded of each file, without symbols."""
    built = image.parse('task hello', 'sizes')
    files = {path.name: len(data) for path, data in built.check().items()}
    for name in ('hello', 'kernel-ext', 'guard'):
        yield f'size.{name}', files[name], 'bytes'


def all_figures():
    for measure in (crash, hang, calls, boot, sizes):
        yield from measure()


__all__ = ['Failed', 'all_figures']
