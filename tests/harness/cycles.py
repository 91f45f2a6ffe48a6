# SPDX-License-Identifier: GPL-2.0-or-later
"""Crashes and restarts, thousands in one boot: what they leave, what they cost."""
from . import witness
from .scenario import Scenario

LINE = (r' census#1 log text="incarnation=(\d+) tasks=(\d+) threads=(\d+) '
        r'ports=(\d+) free=(\d+) us=(\d+) kernel=(\d+)"')


def crashes(step, last, task='die', arguments='null'):
    """A scenario of its own: so many deaths of a task named die, which has this
    program and arguments, counted at each step-th."""
    s = Scenario(f'''
kernel-ext --log-level=E
{witness.TASKS}
task die={task} restart=always restart-delay=0 start-limit=0 -- {arguments}
task census -- die {step} {last}
''', seconds=280, icount=0)
    with s.boot() as m:
        counts = [[int(number) for number in m.expect(LINE, name=f'{cycle} cycles')
                   .groups()] for cycle in range(step, last + 1, step)]
        for what, column in (('tasks', 1), ('threads', 2), ('port names', 3)):
            seen = {count[column] for count in counts}
            s.check(len(seen) == 1, f'{what} are what they were: {max(seen)}',
                    f'they were {[count[column] for count in counts]}')
        kernel = [count[6] for count in counts]
        s.check(0 < max(kernel) <= min(kernel) + 16,
                f"the kernel's ports: {kernel}")
        free = [count[4] for count in counts]
        s.check(max(free) - min(free) <= 16, f'free pages have no trend: {free}')
        took = [count[5] / (count[0] - before) for count, before
                in zip(counts, [0, *(count[0] for count in counts)])]
        s.check(took[-1] <= took[0] * 1.02,
                f'a cycle took {took[0]:.0f} us, at the end {took[-1]:.0f} us')
    s.forbid(r' (stuck|guard) \w+=')
    s.done()
