#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One template, three tasks: each has its names, its life and its client's calls."""
from harness import Scenario

s = Scenario('task hello instances=3\ntask shell')
with s.boot() as m:
    m.expect_all(*(rf' hello.{n}#1 ready ' for n in (1, 2, 3)))
    m.expect(r' kernel-ext up ready=4 failed=0 ')
    m.send('write hello.2 two')
    m.send('kill hello.1')
    m.expect(r' hello.1#2 restart cause=operator ')
    m.send('read hello.2 3')
    m.expect(r'^two$')
    m.send('read hello.3')
    m.expect(r'^hello, world$')
    m.send('devices')
    for n in (1, 2, 3):
        m.expect(rf'^hello.{n} +hello.{n} ')
s.forbid(r' hello.[23]#\d+ death ')
s.done()
