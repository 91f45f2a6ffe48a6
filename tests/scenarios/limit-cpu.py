#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cpu=: a spinner with 20 percent gets that of each second, alone and beside
others, whose time it leaves to them; without the word it gets what there is.
It heartbeats, and its watchdog does not take the time it is held for silence.
What it had is read from its own clock."""
from harness import witness
from harness.scenario import Scenario

RAN = r' {}#1 log text="ran=(\d+)us of=(\d+)us"'
SECONDS = 4


def share(m, task, seconds=SECONDS):
    """Its percent of each of so many seconds, after one that began somewhere
    in a window."""
    return [100 * int(found[1]) / int(found[2])
            for found in m.expect_count(RAN.format(task), seconds + 1)[1:]]


def show(shares):
    return ', '.join(f'{percent:.1f}' for percent in shares)


def near(s, shares, want, who):
    s.check(all(abs(percent - want) <= 3 for percent in shares),
            f'{who}: {show(shares)} % of each second',
            f'that is not {want} +- 3')


def alone(s):
    with s.boot('task greedy cpu=20 -- spin\n', name='alone') as m:
        near(s, share(m, 'greedy'), 20, 'alone with cpu=20')


def beside(s):
    image = f'{witness.TASKS}task other=greedy -- spin\n' \
            'task greedy cpu=20 -- spin\n'
    with s.boot(image, name='beside') as m:
        m.expect(r' W greedy#1 throttle used=\d+ms limit=20 count=1$')
        near(s, share(m, 'greedy'), 20, 'beside others with cpu=20')
        rest = share(m, 'other', 2)
        s.check(min(rest) >= 60, f'the other spinner: {show(rest)} %',
                'that is not what was left')
        witness.unharmed(s, m)


def without(s):
    with s.boot('task greedy -- spin\n', name='without') as m:
        shares = share(m, 'greedy', 2)
        s.check(min(shares) >= 90, f'without cpu=: {show(shares)} %')


def main():
    s = Scenario("task greedy", 60)
    alone(s)
    beside(s)
    without(s)
    s.forbid(r'#\d+ death ', 'nobody died of being held')
    s.done()


main()
