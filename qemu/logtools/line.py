# SPDX-License-Identifier: GPL-2.0-or-later
"""One line of the log, parsed as docs/log.md writes it."""
import re

MAX_BYTES = 126
CONTROL = re.compile(r'\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>]\S?')
# The kernel leaves its own line open when it starts the first task.
STARTED = re.compile(r'^start [\w-]+: (?=\[)')
ERASED = re.compile(r'.*(?:\r(?:\x1b\[2?K)|\x1b\[2K\r)')
ANNOTATION = re.compile(r'(\b(?:pc|ra)=0x[0-9a-f]+) <[^>]*>')
LOOKS = re.compile(r'\[ *\d+\.\d+\] ')
HEAD = re.compile(r'\[(?P<time> {0,4}\d+\.\d{6})\] (?P<level>[EWNID]) '
                  r'(?P<task>[\w.+-]+)(?:#(?P<run>\d+))? (?P<verb>[a-z-]+)'
                  r'(?P<rest>(?: .*)?)$')
PAIR = re.compile(r' (?P<key>[a-z][a-z0-9-]*)='
                  r'(?:"(?P<quoted>(?:[^"\\]|\\["\\]|\\x[0-9a-f]{2})*)"'
                  r'|(?P<plain>[^\s"]*))')
ESCAPE = re.compile(r'\\(x[0-9a-f]{2}|["\\])')
DURATION = re.compile(r'(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)$')
UNIT = {'ns': 1e-9, 'us': 1e-6, 'ms': 1e-3, 's': 1.0, 'm': 60.0, 'h': 3600.0}


class Malformed(ValueError):
    """A line that looks like one of the log's and is not."""


class Line:
    """time, level, task, run (None without one), verb and the keys."""

    def __init__(self, text, time, level, task, run, verb, keys):
        self.text, self.time, self.level = text, time, level
        self.task, self.run, self.verb, self.keys = task, run, verb, keys

    @property
    def subject(self):
        return self.task if self.run is None else f'{self.task}#{self.run}'

    def as_dict(self):
        return {'time': self.time, 'level': self.level, 'task': self.task,
                'incarnation': self.run, 'verb': self.verb, **self.keys}


def clean(raw):
    """A console line as the eye sees it: an erased prompt before it is gone."""
    text = ERASED.sub('', raw.rstrip('\r\n'))
    return STARTED.sub('', CONTROL.sub('', text).lstrip('\r'))


def plain(text):
    """text without what qemu/log puts after addresses, and its colours."""
    return ANNOTATION.sub(r'\1', CONTROL.sub('', text))


def looks_like_log(text):
    return bool(LOOKS.match(text))


def seconds(value):
    """'41us' -> 0.000041; None where it is no duration."""
    match = DURATION.match(value or '')
    return float(match[1]) * UNIT[match[2]] if match else None


def unescape(text):
    return ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if m[1][0] == 'x'
                      else m[1], text)


def parse(text):
    """Line, None where the text is not of the log, or Malformed."""
    if not looks_like_log(text):
        return None
    head = HEAD.match(text)
    if not head or len(head['time']) < 12:
        raise Malformed('not "[seconds] LEVEL task#N verb"')
    if len(text.encode('utf-8', 'surrogateescape')) > MAX_BYTES:
        raise Malformed(f'more than {MAX_BYTES} bytes')
    if not all(' ' <= c <= '~' for c in text):
        raise Malformed('a byte that is not printable ASCII')
    return Line(text, float(head['time']), head['level'], head['task'],
                None if head['run'] is None else int(head['run']),
                head['verb'], _pairs(head['rest']))


def _pairs(rest):
    keys, at = {}, 0
    while at < len(rest):
        pair = PAIR.match(rest, at)
        if not pair or pair.end() < len(rest) and rest[pair.end()] != ' ':
            raise Malformed(f'not " key=value": {rest[at:at + 30]!r}')
        if pair['key'] in keys:
            raise Malformed(f'{pair["key"]}= twice')
        quoted = pair['quoted']
        keys[pair['key']] = (pair['plain'] if quoted is None
                             else unescape(quoted))
        at = pair.end()
    return keys
