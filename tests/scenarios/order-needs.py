#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task waits for the names that it needs, and not for a restart of who provides
them."""
from harness import Scenario

s = Scenario('''
task caller
task last=caller needs=late,hello
task hello
task late=die needs=hello -- none
task shell
''')
with s.boot() as m:
    m.expect(r' caller#0 wait needs=hello')
    m.expect(r' hello#1 ready ')
    m.expect(r' late#1 ready ')
    m.expect(r' last#1 ready ')
    m.expect(r' kernel-ext up ready=5 ')
    m.send('restart hello')
    m.expect(r' hello#2 restart ')
    m.expect_count(r' caller#1 log ', 2)
s.forbid(r' (caller|last|late)#\d+ death ')
s.done()
