# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices that reach for memory that is not theirs: tasks/stray."""
import re

from . import blk, witness
from .scenario import Scenario

FOLDER = 'build/tasks/stray'
MACHINE = 'qemu -M q35 -device intel-iommu\n'
EDU = 'qemu -device edu,addr=4,dma_mask=0xffffffff\n'
ON = r' I kernel-ext iommu dma=confined units=1 tables=\d+K'
FAULT = re.compile(r' W (\S+)#(\d+) dma-fault addr=0x([0-9a-f]+) '
                   r'access=(\w+) reason=(\S+) source=(\S+)')
SUM = (r' stray#(\d+) log text="attempts=(\d+) through=(\d+) leaked=(\d+) '
       r'changed=(\d+)"')
LOAD = r' blkio#1 log text="requests=(\d+) again=0 sum=(\d+) good"'
LENT = r' lender#1 log text="rounds=(\d+) changed=(\d+)"'
TRY = re.compile(r' stray#(\d+) log text="(write|read) 0x([0-9a-f]+)"')


def randomly(attempts, control, seconds):
    """A scenario of its own: so many random addresses, of which none is
    reached, while a client reads and writes a disk; and without the IOMMU."""
    s = Scenario('', seconds=seconds)
    image = blk.make(s.folder / 'disk.raw')
    disk = blk.qemu(image, device=',iommu_platform=on')
    tasks = (f'{EDU}{witness.TASKS}task field={FOLDER}/field dma=1M\n'
             'task stray needs=field -- random')
    with s.boot(f'{MACHINE}{disk}task virtio-blk\n'
                f'task blkio -- ring vda load stray {attempts}\n{tasks} {attempts}') as m:
        m.expect(ON)
        last, load = m.expect_all(SUM, LOAD)
        s.check(last[1] == str(attempts + 1) and last[2] == str(attempts),
                f'each of {attempts} attempts was a death', last.string)
        s.check(last[3] == last[4] == '0', 'none wrote or read anything of '
                'what belongs to somebody else', last.string)
        s.check(last[5] == '0', 'all of which is as it was', last.string)
        tries = [match.groups() for match in map(TRY.search, m.lines) if match]
        faults = [match.groups() for match in map(FAULT.search, m.lines)
                  if match]
        wanted = [('stray', run, f'{int(at, 16) & ~0xfff:x}', how,
                   'not-writable' if how == 'write' else 'not-readable',
                   '00:04.0') for run, how, at in tries]
        s.check(len(tries) == attempts and faults == wanted,
                'each is in the log, with its address and source',
                f'{len(tries)} {len(faults)}',
                *(f'{a} {b}' for a, b in zip(faults, wanted) if a != b))
        s.check(sum(' stray#' in line and ' restart cause=dma-fault ' in line
                    for line in m.lines) == attempts,
                'and the driver was replaced')
        witness.unharmed(s, m)
    blk.check_sum(s, image, int(load[2]))
    s.forbid(r' stray#\d+ death cause=(?!dma-fault)', 'it died of nothing else')
    s.forbid(r' (field|virtio-blk)#\d+ (death|error|dma-fault) ',
             'nobody else did')
    witness.undisturbed(s)
    with s.boot(f'{MACHINE}kernel-ext --iommu=off\n{tasks} {control}',
                'off') as m:
        m.expect(r' W kernel-ext iommu dma=open why="--iommu=off"')
        last = m.expect(SUM)
        s.check(last[1] == '1' and last[3] == str(control) and
                int(last[4]) and int(last[5]), 'without the IOMMU each gets '
                'through, and what is not its own is read and changed',
                last.string)
    s.done()


def stale(way, rounds, control, seconds):
    """A scenario of its own: so many times a device writes to where it was let
    write before, and is stopped; it is not where the IOMMU was not told to
    forget.  close: the memory was freed; kill: the driver died meanwhile, and
    its device was left as it was, and the IOMMU is told by its registers."""
    s = Scenario('', seconds=seconds)
    tasks = (f'{MACHINE}{EDU}{witness.TASKS}task stray -- '
             f'{"revisit" if way == "close" else ""}\n'
             f'task lender={FOLDER}/lender needs=stray operator=yes restart=no '
             f'-- %u {way}\n')
    kill = way == 'kill'
    how = 'kernel-ext --invalidate=registers\n' if kill else ''
    with s.boot(how + tasks % rounds, without=kill and 'quiesce') as m:
        m.expect(ON)
        last = m.expect(LENT)
        s.check(last.groups() == (str(rounds), '0'),
                f'after each of {rounds} times nothing had changed',
                last.string)
        faults = [match for match in map(FAULT.search, m.lines) if match]
        wrong = [match.string for match in faults if match[4] != 'write'
                 or match[1] != 'stray' or match[6] != '00:04.0']
        s.check(len(faults) == rounds and not wrong, 'each is in the log',
                len(faults), *wrong)
        deaths = sum(' stray#' in line and ' death cause=dma-fault ' in line
                     for line in m.lines)
        s.check(deaths == (0 if kill else rounds),
                'and nobody is blamed' if kill else 'and is a death',
                deaths)
        witness.unharmed(s, m)
    with s.boot(tasks % control, 'off', without='quiesce-invalidate' if kill
                else 'invalidate') as m:
        last = m.expect(LENT)
        s.check(last[1] == str(control) and int(last[2]) > control * 0.5,
                'where the IOMMU does not forget, it changes', last.string)
    witness.undisturbed(s)
    s.done()
