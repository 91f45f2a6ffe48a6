#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver that is held back for cpu= loses no request: two clients get all of
their answers, later, and nobody takes it for hung.  Killed while it is held, it
loses the one that it was at; the next incarnation answers the rest.  One that
hangs is found all the same, and a driver can lower its own limit."""
from harness import witness
from harness.scenario import Scenario

RAN = r' greedy#1 log text="ran=(\d+)us of=(\d+)us"'
ASKED = r' {}#1 log text="asked=10 failed=(\d+) took=(\d+)ms"'
COST, CALLS = 30, 20        # ms of processor time each; of two clients


def asked(m):
    return m.expect_all(ASKED.format('one'), ASKED.format('two'))


def serving(words):
    return f'''
        {witness.TASKS}
        task shell
        task greedy {words} restart=always -- serve {COST}
        task one=greedy needs=greedy restart=no -- ask greedy 10
        task two=greedy needs=greedy restart=no -- ask greedy 10
    '''


def answers(s, words, name, least):
    """No call fails, and all take so many ms at least."""
    with s.boot(serving(words), name=name) as m:
        found = asked(m)
        failed = sum(int(match[1]) for match in found)
        took = max(int(match[2]) for match in found)
        s.check(failed == 0, f'{name}: each of {CALLS} calls is answered')
        s.check(least <= took < least + 2500,
                f'{name}: {CALLS * COST} ms of work took {took} ms',
                f'that is not {least} to {least + 2500}')
        if words:
            m.send('status greedy')
            m.expect(r'^  throttled   \d\.\ds, CPU \d+% of the last second$')
        witness.unharmed(s, m)


def killed(s):
    with s.boot(serving('cpu=20'), name='killed') as m:
        m.expect(r' greedy#1 throttle used=\d+ms limit=20 count=1$')
        m.send('kill greedy')
        m.expect(r' greedy#2 restart cause=operator ')
        failed = sum(int(match[1]) for match in asked(m))
        s.check(failed <= 1, f'killed: {failed} of {CALLS} calls failed')
    s.forbid(r' greedy#\d+ death cause=(?!operator )',
             'that is its only way to end')


def hangs(s):
    with s.boot(f'{witness.TASKS}task greedy cpu=20 -- hang\n',
                name='hangs') as m:
        m.expect(r' greedy#1 throttle ')
        m.expect(r' greedy#1 death cause=hang:spinning ')
        witness.unharmed(s, m)


def lowered(s):
    with s.boot('task greedy cpu=50 -- lower=10 spin\n', name='lowered') as m:
        m.expect(r' greedy#1 throttle used=\d+ms limit=10 count=1$')
        ran = [100 * int(match[1]) / int(match[2])
               for match in m.expect_count(RAN, 4)[1:]]
        s.check(all(abs(percent - 10) <= 3 for percent in ran), 'lowered to 10: '
                + ', '.join(f'{percent:.1f} %' for percent in ran))
    with s.boot('task greedy cpu=50 restart=no -- lower=60 spin\n',
                name='raised') as m:
        m.expect(r' greedy#1 deny what=limit name=cpu$')
        m.expect(r' greedy#1 death cause=exit:1 ')


def main():
    s = Scenario('task greedy', 60)
    answers(s, '', 'without', 500)
    answers(s, 'cpu=20', 'held', 2000)
    killed(s)
    hangs(s)
    lowered(s)
    witness.undisturbed(s)
    s.done()


main()
