#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Heartbeats as fast as it goes, each of which keeps kernel-ext busy: a driver that
starts meanwhile gets its share of the processor, but where that guard is taken
out."""
from harness import Scenario, witness

s = Scenario(f'''qemu -device virtio-rng-pci,disable-legacy=on
{witness.TASKS}
task virtio-rng watchdog=100ms restart-delay=0 start-limit=0
task c-rng=load needs=random watchdog=0 -- virtio-rng random random
task shell
task hostile watchdog=100ms -- beats
''', 60)


def slowest(m):
    """Of six restarts, 370 ms after each other or more: in milliseconds."""
    outages = []
    for n in range(2, 8):
        m.expect(r' hostile#1 log text="ok \d+ - heartbeats"')
        m.send('kill virtio-rng')
        restart = m.expect(rf' virtio-rng#{n} restart .* outage=(\d+)us')
        outages.append(int(restart[1]) // 1000)
    m.expect(r' hostile#1 stopped cause=exit:0')
    return max(outages)


with s.boot() as m:
    held = slowest(m)
    s.check(any(' hostile#1 deny what=flood ' in line for line in m.lines),
            'the log has what=flood')
    witness.unharmed(s, m)
with s.boot(name='without', without='flood') as m:
    free = slowest(m)
s.check(held < 100 < 300 < free,
        f'the slowest took {held} ms; without the guard {free} ms')
s.forbid(r' hostile#1 log text="not ok', 'kernel-ext goes on answering')
witness.undisturbed(s)
s.done()
