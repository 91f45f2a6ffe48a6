#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The parser of the log, the table of docs/log.md and what they refuse."""
from harness import tap
from logtools.line import Malformed, clean, parse, seconds
from logtools.table import Table

EXAMPLE = ('[   12.345678] W uart#3 death cause=hang:spinning ran=1234ms '
           'silent=512ms')
MALFORMED = {
    'a time without microseconds': '[   12.345] I uart#3 ready took=1ms',
    'a narrow time': '[12.345678] I uart#3 ready took=1ms',
    'an unknown severity': '[   12.345678] X uart#3 ready took=1ms',
    'a task without a verb': '[   12.345678] I uart#3',
    'two blanks': '[   12.345678] I uart#3 ready  took=1ms',
    'a word that is no pair': '[   12.345678] I uart#3 ready soon',
    'an open quote': '[   12.345678] I uart#3 log text="a',
    'a quote inside a plain value': '[   12.345678] I uart#3 log text=a"b',
    'text after a quoted value': '[   12.345678] I uart#3 log text="a"b',
    'an unknown escape': r'[   12.345678] I uart#3 log text="a\n"',
    'a key twice': '[   12.345678] I uart#3 ready took=1ms took=2ms',
    'a tab': '[   12.345678] I uart#3 log text="a\tb"',
    '127 bytes': '[   12.345678] I uart#3 log text=' + 'x' * 94,
}
NOT_IN_TABLE = {
    'an unknown verb': '[   12.345678] I uart#3 dance',
    'a key too few': '[   12.345678] I uart#3 restart outage=1us try=1/5',
    'a key too many': '[   12.345678] I uart#3 ready took=1ms colour=red',
    'a task without its incarnation': '[   12.345678] I uart ready took=1ms',
    "kernel-ext's verb of a task": '[   12.345678] I uart#3 lost lines=2',
    'an unknown cause': '[   12.345678] I uart#3 death cause=bored ran=1s',
    'an exit without its number':
        '[   12.345678] I uart#3 death cause=exit: ran=1s',
}


def refused(text):
    try:
        parse(text)
    except Malformed:
        return True
    return False


def main():
    out, table = tap.Writer(), Table()
    out.point(len(table.verbs) >= 25 and table.verbs['death'].keys
              == {'cause', 'ran'} and table.verbs['death'].optional
              == {'silent'}, "docs/log.md's table of verbs")
    out.point({'vanished', 'exit:N', 'hang:spinning'} <= table.causes,
              "docs/log.md's causes")
    line = parse(EXAMPLE)
    out.point(line.as_dict() == {
        'time': 12.345678, 'level': 'W', 'task': 'uart', 'incarnation': 3,
        'verb': 'death', 'cause': 'hang:spinning', 'ran': '1234ms',
        'silent': '512ms'}, 'the example line')
    out.point(table.complaint(line) is None, 'the example is in the table')
    exit_line = parse('[    0.000001] W uart.2#10 death cause=exit:1 ran=3ms')
    out.point(exit_line.subject == 'uart.2#10'
              and table.complaint(exit_line) is None, 'exit:N with a number')
    quoted = parse(r'[    1.000000] I uart#3 log text="a \"b\" \\ \x1b[0m"')
    out.point(quoted.keys['text'] == 'a "b" \\ \x1b[0m', 'quoting')
    out.point(parse('[    1.000000] I uart#3 log text=').keys['text'] == '',
              'an empty value')
    out.point(parse('task loaded: uart') is None, "the kernel's own line")
    out.point(clean('usrd> sta\r\x1b[K' + EXAMPLE + '\r\n') == EXAMPLE,
              'a line that took the place of a prompt')
    out.point(clean('\rstart kernel-ext: ' + EXAMPLE + '\r\n') == EXAMPLE,
              "after the kernel's own word")
    out.point((seconds('41us'), seconds('1.5s'), seconds('soon'))
              == (41e-6, 1.5, None), 'durations')
    for name, text in MALFORMED.items():
        out.point(refused(text), f'malformed: {name}')
    for name, text in NOT_IN_TABLE.items():
        out.point(table.complaint(parse(text)), f'not in the table: {name}')
    out.plan()
    raise SystemExit(bool(out.failed))


main()
