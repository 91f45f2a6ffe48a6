# SPDX-License-Identifier: GPL-2.0-or-later
"""TAP: writing it, and reading the results of a program or of a guest."""
import re

RESULT = re.compile(r'(?P<not>not )?ok\b *(?P<number>\d*)(?: -)? *'
                    r'(?P<name>(?:\\#|[^#])*?) *(?:# *(?P<kind>skip|todo)\S* *'
                    r'(?P<why>.*))?$', re.I)
PLAN = re.compile(r'1\.\.(?P<count>\d+)(?: *# *(?:skip\S*) *(?P<why>.*))?$', re.I)
GUEST = re.compile(r'(?:not )?ok\b|1\.\.\d+|#|(?:TAP|KTAP) version|    ')


class Writer:
    """Numbers the points, indents those of a guest under one of them."""

    def __init__(self):
        self.number = self.failed = 0

    def point(self, good, name, detail=()):
        self.number += 1
        self.failed += not good
        name = name.replace('\n', ' ').replace('#', r'\#')
        self.raw(f'{"ok" if good else "not ok"} {self.number} - {name}')
        if not good:
            self.note(*detail)
        return good

    def skip(self, name, why):
        self.number += 1
        self.raw(f'ok {self.number} - {name} # SKIP {why}')

    def note(self, *lines):
        for line in lines:
            self.raw(f'# {line}')

    def nested(self, lines):
        for line in lines:
            self.raw(f'    {line}')

    def raw(self, line):
        print(line, flush=True)

    def plan(self):
        self.raw(f'1..{self.number}')


class Result:
    """One point: name, state (passed, failed or skipped) and its notes."""

    def __init__(self, name, state, detail=''):
        self.name, self.state, self.detail = name, state, detail
        self.notes = [detail] if detail else []


def read(lines, status=0):
    """The results of TAP text; a broken plan or status is one that failed."""
    results, plan, notes, whole = [], None, [], None
    for line in (text.rstrip('\n') for text in lines):
        if line.startswith('#'):
            (notes if not results else results[-1].notes).append(line[1:].strip())
        elif match := PLAN.match(line):
            plan, whole = int(match['count']), match['why']
        elif match := RESULT.match(line):
            results.append(_result(match, len(results) + 1))
    for result in results:
        result.detail = '\n'.join(result.notes)
    if plan == 0 and not results:
        return [Result('all', 'skipped', whole or '')] + _status(status, notes)
    if plan != len(results):
        results.append(Result('plan', 'failed',
                              f'{len(results)} results, plan {plan}'))
    if not any(r.state == 'failed' for r in results):
        results += _status(status, notes)
    return results


def _result(match, number):
    kind = (match['kind'] or '').lower()
    state = ('skipped' if kind == 'skip' else
             'failed' if match['not'] and kind != 'todo' else 'passed')
    name = match['name'].replace(r'\#', '#') or f'point {number}'
    return Result(name, state, match['why'] or '')


def _status(status, notes):
    if status == 0:
        return []
    return [Result('exit status', 'failed', f'{status}\n' + '\n'.join(notes))]


class Guest:
    """KTAP that a task prints, a line at a time."""

    def __init__(self):
        self.lines, self.plan, self.passed, self.failed = [], None, 0, 0

    def feed(self, text):
        if not GUEST.match(text):
            return
        self.lines.append(text)
        if match := PLAN.match(text):
            self.plan = int(match['count'])
        elif match := RESULT.match(text):
            bad = _result(match, 0).state == 'failed'
            self.failed += bad
            self.passed += not bad

    @property
    def complete(self):
        return self.plan is not None and (self.passed + self.failed
                                          >= self.plan)
