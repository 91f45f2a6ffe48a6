#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness itself: what it counts, what it takes for a failure."""
import tempfile
import xml.etree.ElementTree as xml

from harness import junit, qemu, tap
from harness.machine import FATAL


def states(text, status=0):
    return [result.state for result in tap.read(text.splitlines(), status)]


CASES = (
    ('passed and failed', '1..2\nok 1 - a\nnot ok 2 - b', 1,
     ['passed', 'failed']),
    ('the plan at the end', 'ok 1 - a\nok 2\n1..2', 0, ['passed'] * 2),
    ('a skip', 'ok 1 - a # SKIP no such device\n1..1', 0, ['skipped']),
    ('a todo that fails', 'not ok 1 - a # TODO later\n1..1', 0, ['passed']),
    ('all skipped', '1..0 # SKIP no tool', 0, ['skipped']),
    ('a point too few', '1..2\nok 1 - a', 0, ['passed', 'failed']),
    ('no plan', 'ok 1 - a', 0, ['passed', 'failed']),
    ('nothing at all', '', 0, ['failed']),
    ('a bad status', 'ok 1 - a\n1..1', 3, ['passed', 'failed']),
    ('a bad status that a failure explains', 'not ok 1 - a\n1..1', 1,
     ['failed']),
    ('points of a guest', '    not ok 1 - b\nok 1 - a\n1..1', 0, ['passed']),
    ('noise', 'warning: x\nok 1 - a\n1..1', 0, ['passed']),
)
PANICS = ('panic vm/vm_page.c:12: vm_page_alloc: x', 'db> ', 'db{0}> ',
          "../kern/x.c:3: f: Assertion `a == b' failed.")
NO_PANICS = ('vm_page: DIRECTMAP', 'task loaded: panicky', 'usrd> ')


def junit_of(results):
    """What the XML says of one program's results."""
    with tempfile.NamedTemporaryFile() as file:
        junit.write(file.name, [('host/x', results, 1.5, 'a \x00 < b')])
        suite = xml.parse(file.name).getroot()[0]
    return suite.attrib, [[child.tag for child in case] for case in suite
                          if case.tag == 'testcase']


def main():
    out = tap.Writer()
    attributes, cases = junit_of(tap.read(
        ['ok 1 - a', 'not ok 2 - b', '# why \x1b', 'ok 3 # SKIP x', '1..3'], 1))
    out.point(attributes == {'name': 'host/x', 'tests': '3', 'failures': '1',
                             'skipped': '1', 'time': '1.500'}
              and cases == [[], ['failure'], ['skipped']], 'JUnit XML',
              [str(attributes), str(cases)])
    for name, text, status, expected in CASES:
        found = states(text, status)
        out.point(found == expected, name, [f'got {found}'])
    named = tap.read(r'ok 1 - uart\#3 death'.splitlines() + ['1..1'])[0].name
    out.point(named == 'uart#3 death', 'a name with a hash', [named])
    guest = tap.Guest()
    for line in ('1..3', 'ok 1 a', 'noise', 'not ok 2 b', 'ok 3 c # SKIP'):
        out.point(not guest.complete, f'incomplete before: {line}'.replace(
            '#', ''))
        guest.feed(line)
    out.point(guest.complete and (guest.passed, guest.failed) == (2, 1),
              'a guest that is complete')
    for code, status in ((0, None), (1, None), (33, 0), (35, 1), (37, 2)):
        out.point(qemu.guest_status(code) == status,
                  f'QEMU ends with {code}: {status}')
    for text in PANICS:
        out.point(FATAL.search(text), f'fatal: {text}')
    for text in NO_PANICS:
        out.point(not FATAL.search(text), f'not fatal: {text}')
    out.plan()
    raise SystemExit(bool(out.failed))


main()
