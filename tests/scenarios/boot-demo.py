#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The menu's demonstration: a driver is killed every five seconds, in turn; never the
shell."""
from harness import Scenario

s = Scenario('kernel-ext --kill-every=5s\ntask hello\ntask rtc\ntask shell',
             40, grub=True)
with s.boot() as m:
    m.expect(r' kernel-ext up ')
    m.expect_all(r' hello#1 death cause=operator ',
                 r' rtc#1 death cause=operator ')
    m.expect_all(r' hello#[2-9] death cause=operator ',
                 r' rtc#[2-9] death cause=operator ')
times = [float(line[1:13]) for line in m.lines if ' death ' in line][:4]
gaps = [b - a for a, b in zip(times, times[1:])]
s.check(all(4.9 < gap < 5.2 for gap in gaps), 'five seconds between them',
        str(gaps))
s.forbid(r' shell#\d+ death ')
s.done()
