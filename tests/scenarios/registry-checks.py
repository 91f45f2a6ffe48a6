#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names, texts and capabilities that may be registered, and those that are
refused; twice, never, and again."""
from harness import Scenario

s = Scenario('task clerk -- register')
with s.boot() as m:
    m.expect_ktap('clerk')
    m.expect(r' clerk#1 stopped cause=exit:0$')
for what in ('malformed name=name', 'malformed name=description',
             'name name=other', 'capability name=0x2000'):
    s.check(any(f' deny what={what}' in line for boot in s.boots
                for line in boot.lines), f'the log has what={what}')
s.done()
