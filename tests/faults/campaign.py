# SPDX-License-Identifier: GPL-2.0-or-later
"""Make faults, one after another, and say what became of each.

A fault is made from one number, its seed, alone: class, driver, kind, place
and moment.  The log has a JSON object a fault, and one a boot."""
import argparse
import importlib
import itertools
import json
import os
import pathlib
import random
import shutil
import sys
import time

from programs import ROOT
import kx
import outcome
import scene
import summary
from executed import executed
from gdb import Gone
from guest import Guest
from machine import Lost

# Of a hundred faults so many are of each class.
CLASSES = {'text': 60, 'data': 34, 'control': 3, 'device': 1.5, 'edge': 1.5}
SWEPT = ('ramdisk', 'virtio-blk')
WRITERS = ('virtio-blk', 'part')        # of the disk
KEEP = (*SWEPT, 'uart')     # what they were given, or the far end of the line


def arguments():
    parser = argparse.ArgumentParser(prog='tests/faults/run',
                                     description=__doc__.splitlines()[0])
    parser.add_argument('-n', type=int, default=100, dest='count',
                        help='so many faults (100)')
    parser.add_argument('--seed', type=int, default=1,
                        help='of the first; the next has one more (1)')
    parser.add_argument('--class', dest='classes', action='append',
                        choices=[*CLASSES], help='only of these (all)')
    parser.add_argument('--driver', action='append', dest='drivers',
                        choices=[*scene.DRIVERS], help='only in these (all)')
    parser.add_argument('--iommu', action='store_true',
                        help='on q35 with its IOMMU on')
    parser.add_argument('--hardened', action='store_true',
                        help="on boot/harden's copy of the kernel")
    parser.add_argument('--placebo', action='store_true',
                        help='make none: what is seen is the campaign itself')
    parser.add_argument('-j', type=int, default=1, metavar='N', dest='jobs',
                        help='so many machines at a time (1)')
    parser.add_argument('--log', type=pathlib.Path, metavar='FILE',
                        help='append to it (else the terminal)')
    parser.add_argument('--minutes', type=float, help='no longer than that')
    return parser.parse_args()


MODULES = {name: importlib.import_module(name) for name in CLASSES}


def plan(seed):
    """What the fault of this seed is, and the random numbers that follow.  It
    is the same whatever else is asked for."""
    rng = random.Random(seed)
    name = rng.choices([*CLASSES], CLASSES.values())[0]
    kinds = MODULES[name].KINDS
    driver = rng.choice([*scene.DRIVERS])
    kind = rng.choice([k for k in kinds if kinds[k].suits(driver)] or [None])
    return name, driver, kind, rng


def chosen(seed, classes, drivers):
    """All seeds from this one on that are of these classes and drivers."""
    for seed in itertools.count(seed):
        name, driver, kind, _ = plan(seed)
        if name in classes and driver in drivers and kind:
            yield seed


class Campaign:
    """Faults on one machine after another."""

    def __init__(self, options, write):
        self.options, self.write = options, write
        self.executed = executed(options.iommu)
        self.guest, self.boots = None, 0
        self.fresh = {}         # drivers that are to be waited for
        self.stored = set()     # those that may have stored what is wrong
        self.folder = ROOT / f'build/tests/faults/{os.getpid()}'

    def run(self, seeds):
        end = self.options.minutes and time.monotonic() + \
            60 * self.options.minutes
        seeds = [*interleaved(seeds)]
        for seed, following in zip(seeds, [*seeds[1:], None]):
            if end and time.monotonic() > end:
                break
            self.write(self.one(seed, following))
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def one(self, seed, following=None):
        """Its record.  `following` is the next, whose clients wake up."""
        name, driver, kind, rng = plan(seed)
        record = {'seed': seed, 'class': name, 'driver': driver, 'kind': kind}
        then = following and plan(following)[1]
        try:
            try:
                guest = self._machine(driver, {driver, then} - {None})
                self._fault(guest, record, rng)
            except (Lost, Gone):
                raise
            except Exception as why:    # whatever it is, it hides no loss
                record.update(outcome='runner-error', why=repr(why))
                if self.guest:
                    self.guest.run(kx.SILENCE)
                self._end()
        except (Lost, Gone) as why:
            lost = why if isinstance(why, Lost) else self.guest.ended()
            record.update(outcome=f'{lost.what}-lost', why=lost.why,
                          evidence=lost.lines)
            self._end()
        return record

    def _fault(self, guest, record, rng):
        driver = record['driver']
        module = MODULES[record['class']]
        kind = module.KINDS[record['kind']]
        watch = outcome.Watch(guest, driver, [
            name for name, fresh in self.fresh.items() if not fresh.killed],
            self.stored)
        self.stored.discard(driver)
        done = {} if self.options.placebo else module.inject(
            guest, driver, record['kind'], rng)
        if done is None:
            guest.settle()
            record['outcome'] = 'not-placed'
            return
        record['done'] = done
        record.update(outcome.judge(watch, kind, done, driver in SWEPT))
        if watch.fallen or 'served' in record:
            done['spoils'] = True
        if done.get('down'):
            record.update(outcome='other-task', affected=done['down'])
        if scene.DRIVERS[driver].dma and (strayed := guest.strayed()):
            record['dma'] = len(strayed)
        if driver in WRITERS and not scene.disk_is_whole(self.folder):
            record['disk'] = 'ruined'
            done['spoils'] = True
        if not done.get('spoils'):
            self._clear(guest, record, watch.disturbed)
        if done.get('spoils'):
            record['rebooted'] = True
            self._end()

    def _clear(self, guest, record, disturbed):
        """What is latent is not blamed on the next: another incarnation (who
        came after a death may have begun with a fault in text, too), also of who
        stands on it, and, since it outlives drivers, another ring."""
        driver = record['driver']
        if record['kind'] == 'ring':
            guest.operator('kill', f'c-{driver}')
            for _ in range(20):
                guest.run(1)
                if guest.clients_anew():
                    break
        for name in (driver, *disturbed):
            self.fresh[name] = outcome.Fresh(guest, name, record)
        if record['outcome'] in summary.MANY and driver in KEEP:
            self.stored.add(driver)
        if record['outcome'] not in ('none', 'recovered') and \
                not self.fresh.pop(driver).wait():
            record['done']['spoils'] = True
            record['healed'] = False

    def _machine(self, driver, quick):
        """One on which the driver is as nobody has harmed it, and the clients
        of these are quick."""
        if self.guest:
            self.guest.hurry(quick)
        fresh = self.fresh.pop(driver, None)
        if fresh and not fresh.wait():
            self.write({**fresh.record, 'outcome': 'client-error',
                        'healed': False, 'why': 'the operator had to kill it, and it was not back'})
            self._end()
        if not self.guest:
            self.boots += 1
            began = time.monotonic()
            self.guest = Guest(self.folder, self.options.iommu,
                               self.options.hardened)
            self.guest.executed = self.executed
            self.guest.hurry(quick)
            self.guest.run(50)
            self.write({'boot': self.boots, 'iommu': self.options.iommu,
                        'hardened': self.options.hardened,
                        'placebo': self.options.placebo,
                        'seconds': round(time.monotonic() - began, 1)})
        return self.guest

    def _end(self):
        if self.guest:
            self.guest.close()
        self.guest, self.fresh, self.stored = None, {}, set()


def interleaved(seeds, block=1100):
    """The same seeds, so that few drivers at a time need clients that are
    quick: two of a block in turn."""
    for first in range(0, len(seeds), block):
        part = sorted(seeds[first:first + block],
                      key=lambda seed: plan(seed)[1])
        half = len(part) // 2
        for pair in itertools.zip_longest(part[:half], part[half:]):
            yield from (seed for seed in pair if seed is not None)


def writer(path):
    """Lines of several processes do not mix: each is one write."""
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666) \
        if path else 1

    def write(record):
        os.write(out, (json.dumps(record) + '\n').encode())
    return write


def main():
    options = arguments()
    write = writer(options.log)
    executed(options.iommu)
    seeds = [*itertools.islice(chosen(
        options.seed, options.classes or CLASSES,
        options.drivers or scene.DRIVERS), options.count)]
    children = []
    for n in range(1, options.jobs):
        if (child := os.fork()) == 0:
            Campaign(options, write).run(seeds[n::options.jobs])
            sys.exit()
        children.append(child)
    Campaign(options, write).run(seeds[::options.jobs])
    if any([os.waitpid(child, 0)[1] for child in children]):
        sys.exit('a child has failed: seeds are missing')


if __name__ == '__main__':
    main()
