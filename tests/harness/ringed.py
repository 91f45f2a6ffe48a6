# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of rings: tasks/rings does one thing with the rings of a device."""
from . import witness
from .scenario import Scenario


def part(arguments, driver, others='', words='', seconds=60, deaths=None):
    """A scenario of its own: what rings checks of this part; its driver dies
    for these causes only (a pattern), or not at all."""
    s = Scenario(f'{witness.TASKS}\n{driver}\n{others}\n'
                 f'task rings {words} -- {arguments}\n', seconds)
    with s.boot() as m:
        m.expect_ktap('rings')
        witness.unharmed(s, m)
    allowed = f'(?!{deaths})' if deaths else ''
    s.forbid(rf' (ramdisk|platter|slices)#\d+ death cause={allowed}',
             'drivers die of nothing else')
    s.forbid(r' rings#1 (deny what=(?!open name=secret)|'
             r'death cause=(?!exit:0))', 'nor does the client')
    witness.undisturbed(s)
    s.done()


def load(driver, words, device, kills, depth, seed=7, seconds=120,
         slowest=1_000_000):
    """A scenario of its own: under load, its driver is killed so often, 10 to
    40 ms apart, and nothing is lost, wrong, or answered twice."""
    s = Scenario(f'''
{witness.TASKS}
task {driver} restart-delay=0 start-limit=0 -- {words}
task rings needs={device} -- load {device} {kills} {depth}
task killer -- {device} {kills} {seed}
''', seconds=seconds)
    with s.boot() as m:
        counts, rest, _ = m.expect_all(
            r' rings#1 log text="(requests=\d+ wrong=\d+ strange=\d+ '
            r'errors=\d+)"',
            r' rings#1 log text="(timeouts=\d+ slowest=(\d+)us (good|bad))"',
            rf' killer#1 log text=kills={kills}$', timeout=seconds * 5 / 6)
        s.tap.note(counts[1], rest[1])
        s.check(rest[3] == 'good', 'each request was carried out, and '
                'answered once', counts[1], rest[1])
        s.check(int(rest[2]) < slowest, f'the slowest took {rest[2]} us')
        witness.unharmed(s, m)
    s.forbid(rf' {device}#\d+ death cause=(?!operator)',
             'it died of the kills only')
    witness.undisturbed(s)
    s.done()
