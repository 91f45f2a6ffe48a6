# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients whose driver is killed again and again: tasks/customer does with a
device of tasks/model what its kind is for, tasks/keeper sets what has to stay
set."""
from . import witness
from .scenario import Scenario

REPORT = (r' customer#1 log text="requests=(\d+) again=(\d+) unknown=(\d+) '
          r'lost=(\d+) (good|bad)"')
WORDS = ('requests', 'again', 'unknown', 'lost')


def customer(kind, kills, seed=7, seconds=120, **least):
    """A scenario of its own: after so many kills at random instants at least so
    many requests were run again, have an unknown outcome or were lost (none
    where it is not said)."""
    s = Scenario(f'''
{witness.TASKS}
task model restart-delay=0 start-limit=0
task customer -- {kind} {kills}
task killer -- model {kills} {seed}
''', seconds=seconds)
    with s.boot() as m:
        end, _ = m.expect_all(REPORT, rf' killer#1 log text=kills={kills}$',
                              timeout=seconds * 5 / 6)
        counts = dict(zip(WORDS, map(int, end.groups()[:4])))
        s.tap.note(' '.join(f'{word}={n}' for word, n in counts.items()))
        s.check(end[5] == 'good', 'no request had another result')
        for word in WORDS[1:]:
            want = least.get(word, 0)
            s.check(counts[word] >= want if want else counts[word] == 0,
                    f'{word}: {counts[word]}', f'not {want or "none"}')
        witness.unharmed(s, m)
    s.forbid(r' model#\d+ death cause=(?!operator)', 'it died of the kills only')
    witness.undisturbed(s)
    s.done()


def keeper(part, driver='knob', words='start-limit=0', qemu=''):
    """A scenario of its own: what keeper checks of this part."""
    s = Scenario(f'{qemu}\n{witness.TASKS}\ntask {driver} {words}\n'
                 f'task keeper -- {part}\n', 40)
    with s.boot() as m:
        m.expect_ktap('keeper')
        witness.unharmed(s, m)
    s.forbid(rf' {driver}#\d+ death cause=(?!operator)',
             'its driver dies of the kills only')
    s.forbid(r' (cold|deny) ', 'nothing is refused or dropped')
    witness.undisturbed(s)
    s.done()
