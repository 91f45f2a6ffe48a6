#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Drivers that get no processor for longer than their watchdog, because others
take all of it, are starved and do not hang: they are asked again before that is
said of them."""
from harness import Scenario, witness

s = Scenario('''
task hello watchdog=100ms
task rtc watchdog=100ms
task caller
task hog=greedy instances=4 restart=always watchdog=0 -- spin
''', icount=6)
with s.boot() as m:
    m.expect_all(r' W hello#1 starved by=', r' W rtc#1 starved by=')
    m.expect_count(witness.REPORT, 8)
s.forbid(r' (hello|rtc)#\d+ death ', 'neither of them is blamed')
s.done()
