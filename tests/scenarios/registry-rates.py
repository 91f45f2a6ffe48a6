#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the list measures: interrupts a second of a clock that ticks, percent of
the processor of a driver that spins."""
from harness import Scenario

s = Scenario('task rtc\ntask ticker\n'
             'task die watchdog=0 -- spin\ntask shell', seconds=40)
with s.boot() as m:
    m.expect(r' ticker#1 log text=1\.\.')
    m.send('list')
    row = r' +\d+\.\d +1 +\d+K +(\d+)% +\d+ +(\d+) +[\d.]+[um]?s +0 char'
    clock, spinner = m.expect_all(rf'^rtc{row},irq$', rf'^die{row}$')
    s.check(1 <= int(clock[2]) <= 64, f'rtc: {clock[2]} interrupts/s, '
            f'{clock[1]} % of the processor')
    s.check(int(spinner[1]) >= 50, f'die: {spinner[1]} %')
    s.check(int(spinner[2]) == 0, 'and no interrupts')
s.done()
