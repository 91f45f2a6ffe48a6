#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device whose interrupts get lost is slow, and no more: its driver looks with
each heartbeat, whoever waits, by message or by ring.  One that is gone is missed
as soon, and given up."""
import pathlib
import sys

from harness import Scenario, blk, witness

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / 'faults'))
import bus  # noqa: E402

RANDOM, DISK = '00:05.0', '00:06.0'

s = Scenario('', seconds=60)
disk = blk.make(s.folder / 'disk.raw')


class Past:
    """What is done to the devices past the guest."""

    def __init__(self, machine):
        self._machine = machine

    def hmp(self, line):
        return self._machine.qmp('human-monitor-command',
                                 **{'command-line': line})

    def command(self, **bits):
        """Of both at once, while the machine stands: configuration space is
        reached in two steps, and kernel-ext takes them, too."""
        self._machine.qmp('stop')
        for function in RANDOM, DISK:
            bus.command(self, function, **bits)
        self._machine.qmp('cont')


with s.boot(f'''
qemu -device virtio-rng-pci,disable-legacy=on,addr=5
{blk.qemu(disk, device=',addr=6')}
{witness.TASKS}
task virtio-rng watchdog=50ms
task virtio-blk watchdog=50ms
task dice
task sum needs=vda -- vda ring vda
task shell
''', qmp=True) as m:
    m.expect_all(r' dice#1 stopped cause=exit:0', r' sum#1 stopped cause=exit:0')
    right = [t.split('text=')[1] for t in m.lines if ' sum#1 log ' in t]
    Past(m).command(on=bus.NO_INTX)
    m.send('start dice')
    m.send('start sum')
    m.expect_all(r' dice#2 stopped cause=exit:0', r' sum#2 stopped cause=exit:0')
    found = [t.split('text=')[1] for t in m.lines if ' sum#2 log ' in t]
    s.check(found == right and len(right) > 1, 'the disk reads as before')
    s.check(not any(' virtio-' in t and ' death ' in t for t in m.lines),
            'no driver was blamed')
    Past(m).command(off=bus.MEMORY)
    m.expect_all(r' virtio-rng#1 death cause=exit:1 ',
                 r' virtio-blk#1 death cause=exit:1 ',
                 r' E virtio-rng#\d+ failed ', r' E virtio-blk#\d+ failed ')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
