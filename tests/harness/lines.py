# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scenarios of bad module lines have in common: the line is named
and explained, its task never runs, and all the others do."""
import re

from .scenario import Scenario
from .witness import TASKS, undisturbed, unharmed

HELLO = 'build/tasks/hello/hello'
CREATE = '$(task-create)'


def quoted(text):
    """text as the log writes it, as a pattern."""
    bare = re.match(r'[^ "\\=]+$', text)
    return re.escape(text) if bare else f'"?{re.escape(text)}"?'


class Bad:
    """A line's words, and the word and the reason that it is refused with."""

    def __init__(self, words, word, why, name='bad'):
        self.line = f'raw {name}={HELLO} {words} {CREATE}'
        self.name, self.refusal = name, (
            rf'E {name}#0 refuse word={quoted(word)}\S* '
            rf'why="?{re.escape(why)}')


def several(words_and_reasons):
    """Bad lines with names of their own: (words, word, why)..."""
    return [Bad(*case, name=f'bad{number}') for number, case
            in enumerate(words_and_reasons, 1)]


def refused(*lines, others='', boot=None):
    """Boot hello, its client, others and the bad lines; see them refused.
    As a scenario of its own, or as another boot of one (s, name)."""
    image = f'{TASKS}{others}\n' + '\n'.join(line.line for line in lines)
    s, name = boot or (Scenario(image, 30), '')
    with s.boot(image, name) as m:
        m.expect_all(*(line.refusal for line in lines),
                     rf'kernel-ext boot .* refused={len(lines)} ')
        m.expect(r'kernel-ext up ')
        unharmed(s, m)
    for line in lines:
        s.forbid(rf' {line.name}#(0 adopt|[1-9])', f'{line.name} never runs')
    undisturbed(s)
    if not boot:
        s.done()
