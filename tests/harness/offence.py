# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scenarios of op-timeout= have in common: tasks/slow does something
that does not end, with a request waiting behind it."""
from . import witness

LIMIT = 400  # ms


def image(offence, words, seconds=3):
    return (f'{witness.TASKS}task slow {words}\n'
            'task rush=build/tasks/slow/rush needs=slow restart=no '
            f'-- offend {offence} {seconds}')


def ends(s, offence, words='', most=3 * LIMIT, seconds=3):
    """With the limit it is replaced; its clients hear of it, once each."""
    words = f'op-timeout={LIMIT}ms {words}'
    with s.boot(image(offence, words, seconds), f'{offence}-limited') as m:
        m.expect(r' rush#1 ready ')
        death, *_ = m.expect_all(
            r' slow#1 death cause=limit:timeout ran=(\d+)ms',
            rf' rush#1 log text="{offence}: its server died"',
            r' rush#1 log text="behind it: answered by 2"')
        took = int(death[1])
        s.check(LIMIT < took < most + 300, f'{offence}: its death comes after '
                f'{took} ms, of which {LIMIT} are allowed')
        witness.unharmed(s, m)


def goes_on(s, offence, words, behind):
    """It is not replaced."""
    with s.boot(image(offence, words), f'{offence}-on') as m:
        m.expect(rf' rush#1 log text="{offence}: no answer"')
        m.expect(rf' rush#1 log text="behind it: {behind}')
        witness.unharmed(s, m)
        deaths = [line for line in m.lines if ' slow#1 death ' in line]
        s.check(not deaths, f'{offence}: 3 s later it still runs', *deaths)
