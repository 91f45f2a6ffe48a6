#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A line is edited, taken from the history, and put back after a line of the log."""
from harness import Scenario

UP, LEFT, BACKSPACE, KILL_LINE = '\x1b[A', '\x1b[D', '\x7f', '\x15'

s = Scenario('task hello\ntask shell\ntask caller', 40)
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    m.send('statux' + BACKSPACE + 's hello')
    m.expect(r'^hello#1 ready$', name='a letter taken back')
    m.send('read helo' + LEFT + 'l')
    m.expect(r'^hello, world$', name='a letter put in')
    m.send(UP + UP)
    m.expect(r'^hello#1 ready$', name='the last command but one')
    m.send('kill hello' + KILL_LINE + 'read hello 5')
    m.expect(r'^hello$', name='a line given up')
    m.send('read he', end='')
    m.expect_prompt(r'> read he$')
    m.expect(r' caller#1 log ', name='a line of the log comes')
    m.expect_prompt(r'> read he$')
    m.send('llo 5')
    m.expect(r'^hello$', name='and the command goes on')
s.forbid(r' hello#1 death ')
s.done()
