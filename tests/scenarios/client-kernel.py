#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's console and ramdisks: for who has a kdev= word, and nobody else."""
from harness import Scenario, witness

s = Scenario(f'''
{witness.TASKS}
ramdisk LICENSE
ramdisk LICENSE
task kdevs kdev=console,rd0
task outsider=kdevs -- denied
''', seconds=60, allow=[r'^to the console$'])
with s.boot() as m:
    m.expect_all(r'^to the console$',
                 r' kdevs#1 log text="begins= *GNU GENERAL PUBLIC LICENSE"',
                 r' kdevs#1 log text=1\.\.15', r' outsider#1 log text=1\.\.5')
    for task, count in ('kdevs', 15), ('outsider', 5):
        good = [line for line in m.lines if f' {task}#1 log text="ok ' in line]
        s.check(len(good) == count, f'{task}: {count} results', *good)
    witness.unharmed(s, m)
s.forbid(r' log text="not ok')
witness.undisturbed(s)
s.done()
