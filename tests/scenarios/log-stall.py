#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The serial port takes nothing for a while: tasks do not notice, the oldest lines are
lost and counted, and then the log goes on.  But the kernel, who says on it that it
is stuck, waits for it then, and everybody with him."""
from harness import Scenario
from harness.witness import REPORT, TASKS, unharmed

s = Scenario(TASKS + 'task die restart-delay=0 start-limit=0 '
             '-- null', 90,
             # The kernel's own word for it, anywhere in a line; and its rest.
             allow=[r'Tty \w+ was stuck', r'^[^\[]'])
with s.boot() as m:
    m.expect(REPORT)
    m.stall(cpu=4)
    lost = m.expect(r' W kernel-ext lost lines=(\d+)')
    s.check(int(lost[1]) > 0, f'{lost[1]} lines are counted')
    unharmed(s, m, late=30_000_000)
s.forbid(r' caller#1 log text="(open|call) .*failed', 'no call failed')
s.done()
