# SPDX-License-Identifier: GPL-2.0-or-later
"""A log for the eye: colours, and symbols after addresses; live or saved."""
import os
import re
import select
import zlib

from . import line as logline

HOLD = 0.05     # seconds that a line of the log may take to arrive whole
START = re.compile(r'\[ *\d*(\.\d*(\](\s.*)?)?)?$', re.S)
SPLIT_ESCAPE = re.compile(r'\r?\x1b\[?\d?$|\r$')
LINE_START = re.compile(r'\n|\x1b\[2?K')

LEVEL = {'E': '1;31', 'W': '33', 'N': '1', 'I': '', 'D': '2'}
VERB = {'death': '31', 'failed': '1;31', 'refuse': '31', 'deny': '33',
        'restart': '32', 'ready': '32', 'up': '32', 'stopped': '36',
        'crash': '31', 'guard': '1;31', 'stuck': '31', 'log': '2'}
TASK = ('34', '35', '36', '94', '95', '96')
WHERE = re.compile(r' <[^>]*>')


def paint(text, code):
    return f'\x1b[{code}m{text}\x1b[0m' if code else text


def colour(text, line):
    """One line of the log in colours; line is what was parsed from it."""
    head, rest = text.split(f' {line.subject} ', 1)
    tint = TASK[zlib.crc32(line.task.encode()) % len(TASK)]
    verb, _, pairs = rest.partition(' ')
    if line.verb == 'crash' or line.level in 'EW':
        pairs = re.sub(r'\b(cause)=(\S+)', lambda m: f'{m[1]}='
                       + paint(m[2], '31'), pairs)
    pairs = WHERE.sub(lambda m: paint(m[0], '36'), pairs)
    return (paint(head[:-2], '2') + paint(head[-2:], LEVEL[line.level]) + ' '
            + paint(line.subject, tint) + ' '
            + paint(verb, VERB.get(verb, '')) + (pairs and ' ' + pairs))


class Filter:
    """feed() what came, write what comes out.  Only the beginning of a line
    of the log is ever held back, and that not for long: a prompt and what
    is typed after it pass at once."""

    def __init__(self, symbols, colours, write):
        self.symbols, self.colours, self.write = symbols, colours, write
        self._pending, self._at_start = '', True

    def feed(self, text):
        self._pending += text
        while self._pending and self._step():
            pass

    def flush(self):
        """Nothing more came for a while: let go what is held back."""
        if self._pending:
            self.write(self._pending)
            self._pending, self._at_start = '', False

    @property
    def holding(self):
        return bool(self._pending)

    def _step(self):
        if self._at_start and (end := self._pending.find('\n')) >= 0:
            self.write(self._whole(self._pending[:end + 1]))
            self._pending = self._pending[end + 1:]
            return True
        if self._at_start and START.match(self._pending):
            return False
        if start := LINE_START.search(self._pending):
            self.write(self._pending[:start.end()])
            self._pending = self._pending[start.end():]
            self._at_start = True
            return True
        cut = SPLIT_ESCAPE.search(self._pending)
        passed = self._pending[:cut.start()] if cut else self._pending
        self.write(passed)
        self._pending = self._pending[len(passed):]
        self._at_start = self._at_start and not passed
        return False

    def _whole(self, raw):
        erased = logline.ERASED.match(raw)
        before = erased[0] if erased else ''
        text = raw[len(before):].rstrip('\r\n')
        end = raw[len(before) + len(text):]
        try:
            line = logline.parse(logline.plain(text))
        except logline.Malformed:
            line = None
        if line:
            text = self.symbols.annotate(text, line.task)
            text = colour(text, line) if self.colours else text
        return before + text + end


def run(fd, write_bytes, symbols, colours):
    """Filter the file descriptor until its end."""
    out = Filter(symbols, colours,
                 lambda text: write_bytes(text.encode('latin-1')))
    while True:
        ready = select.select([fd], [], [], HOLD if out.holding else None)[0]
        if not ready:
            out.flush()
            continue
        data = os.read(fd, 65536)
        if not data:
            out.flush()
            return
        out.feed(data.decode('latin-1'))
