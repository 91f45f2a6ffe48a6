#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""memory=: a driver that touches more than that of what its program has, or of
what it receives in messages, ends for it, and the next incarnation too; one
with room for it, or with no limit, does not.  A client's write that is larger
than the limit, which the driver does not look at, ends nobody."""
from harness import witness
from harness.scenario import Scenario

LIMIT = r' E greedy#{} limit what=memory used=(\d+)K allowed={}K$'


def held(s, way, mib):
    """memory=4M, and WAY takes MIB."""
    with s.boot(f'{witness.TASKS}task greedy memory=4M -- {way} {mib}\n',
                name=way) as m:
        for run in (1, 2):
            found = m.expect(LIMIT.format(run, 4096))
            used = int(found[1])
            s.check(4096 < used < mib * 1024,
                    f'{way}: ended at {used >> 10} of {mib} MiB')
            m.expect(rf' greedy#{run} death cause=limit:memory ')
        witness.unharmed(s, m)


def free(s, words, name):
    """Two at once, which take long over it."""
    words += ' watchdog=0'
    with s.boot(f'task touch=greedy {words} -- touch 20\n'
                f'task messages=greedy {words} -- messages 20\n',
                name=name) as m:
        m.expect_all(' touch#1 log text="has touched 20M"',
                     ' messages#1 log text="has received 20M"')


def client(s):
    with s.boot('task shell\ntask greedy memory=2M -- serve\n'
                'task big=greedy needs=greedy restart=no -- send greedy 32\n',
                name='client') as m:
        m.expect(r' big#1 log text="wrote 0M: D_NO_MEMORY"',
                 name='a write of 32 MiB is refused')
        m.send('read greedy')
        m.expect('^ok$', name='the driver lives')


def main():
    s = Scenario('task greedy', 90)
    held(s, 'touch', 20)
    held(s, 'messages', 20)
    s.forbid(r' kernel-ext memory ', 'the machine was never short')
    boots = len(s.boots)
    free(s, 'memory=24M', 'room')
    free(s, '', 'without')
    client(s)
    dead = [text for boot in s.boots[boots:] for text in boot.lines
            if ' death ' in text and 'big#1' not in text]
    s.check(not dead, 'nobody else ended', *dead)
    witness.undisturbed(s)
    s.done()


main()
