# SPDX-License-Identifier: GPL-2.0-or-later
"""The verbs, keys and causes of docs/log.md, and what breaks them."""
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'log.md'
# Of these verbs `cause=` says how an incarnation ended.
OF_A_DEATH = ('death', 'restart', 'crash')


class Verb:
    def __init__(self, who, keys, optional):
        self.who, self.keys, self.optional = who, keys, optional


class Table:
    """Table().complaint(line) is None for a line that the table allows."""

    def __init__(self, document=DOCUMENT):
        text = pathlib.Path(document).read_text()
        self.verbs = dict(_rows(_section(text, 'Verbs')))
        self.causes = set(re.findall(r'`([^`]+)`', _section(text, 'Causes')))

    def complaint(self, line):
        verb = self.verbs.get(line.verb)
        if verb is None:
            return f'no such verb: {line.verb}'
        return (self._who(verb, line) or _keys(verb, line)
                or self._cause(line))

    def _who(self, verb, line):
        if verb.who == 'task':
            return None if line.run is not None else 'a task without #N'
        if line.task != verb.who or line.run is not None:
            return f'{line.verb} is a line of {verb.who}'
        return None

    def _cause(self, line):
        if line.verb not in OF_A_DEATH:
            return None
        cause = re.sub(r'^exit:\d+$', 'exit:N', line.keys['cause'])
        return None if cause in self.causes else f'no such cause: {cause}'


def _keys(verb, line):
    missing = verb.keys - line.keys.keys()
    if missing:
        return f'{line.verb} without {"= ".join(sorted(missing))}='
    extra = line.keys.keys() - verb.keys - verb.optional
    if extra:
        return f'{line.verb} has no {"= ".join(sorted(extra))}='
    return None


def _section(text, name):
    return re.split(r'^## ', text.split(f'\n## {name}\n', 1)[1],
                    maxsplit=1, flags=re.M)[0]


def _rows(section):
    for row in section.splitlines():
        cells = [cell.strip() for cell in row.strip().strip('|').split('|')]
        if len(cells) != 4 or cells[0] in ('verb', '---'):
            continue
        words = cells[3].split()
        optional = {w.strip('[]') for w in words if w.startswith('[')}
        yield cells[0], Verb(cells[1], set(words) - {f'[{k}]' for k in
                                                     optional}, optional)
