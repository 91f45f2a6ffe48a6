#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver without memory= that grows by messages to itself, as fast as it can:
it ends while the machine has memory left, and nobody else pays."""
from harness import witness
from harness.scenario import Scenario


def main():
    s = Scenario(f'{witness.SMALL}{witness.TASKS}'
                 'task greedy restart=no watchdog=0 -- messages 0\n', 90)
    with s.boot() as m:
        free = m.expect(r' E kernel-ext memory free=(\d+)M victim=greedy$')
        s.check(int(free[1]) >= 10, f'{free[1]} MiB were left')
        m.expect(r' greedy#1 death cause=limit:memory ')
        m.expect(r' N kernel-ext memory free=\d+M$', name='it came back')
        witness.unharmed(s, m, 5_000_000)
    witness.undisturbed(s, '')
    s.done()


main()
