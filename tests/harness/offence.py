# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scenarios of op-timeout= have in common: tasks/slow does something
that does not end, with a request waiting behind it."""
from . import witness

LIMIT = 400  # ms


def image(offence, words, seconds=3, alone=False):
    return (f'{witness.TASKS}task slow {words}\n'
            'task rush=build/tasks/slow/rush needs=slow restart=no '
            f'-- offend {offence} {seconds} {"alone" * alone}')


def ends(s, offence, words='', times=1, alone=False):
    """With the limit it is replaced, so many times it later; its clients hear of
    it, once each.  alone: nothing waits behind it."""
    words = f'op-timeout={LIMIT}ms {words}'
    with s.boot(image(offence, words, times + 2, alone),
                f'{offence}-limited') as m:
        m.expect(r' rush#1 ready ')
        death, *_ = m.expect_all(
            r' slow#1 death cause=limit:timeout ran=(\d+)ms',
            rf' rush#1 log text="{offence}: its server died"',
            r' rush#1 log text="behind it: answered by 2"')
        took = int(death[1])
        least, most = LIMIT * times, 2 * LIMIT * times + 500
        s.check(least < took < most, f'{offence}: its death comes after {took} '
                'ms', f'not between {least} and {most}')
        witness.unharmed(s, m)


def goes_on(s, offence, words, behind):
    """It is not replaced."""
    with s.boot(image(offence, words), f'{offence}-on') as m:
        m.expect(rf' rush#1 log text="{offence}: no answer"')
        m.expect(rf' rush#1 log text="behind it: {behind}')
        witness.unharmed(s, m)
        deaths = [line for line in m.lines if ' slow#1 death ' in line]
        s.check(not deaths, f'{offence}: 3 s later it still runs', *deaths)
