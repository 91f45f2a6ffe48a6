#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The driver of a network device is suspended while two programs send by it: they
do not ask it again and again meanwhile, and go on when it is resumed."""
from harness.scenario import Scenario

BULK = r' a#1 log text="bulk us=\d+ received=[1-9]\d+ sent=\d+"'
CPU = r'^  CPU +([\d.]+)(us|ms|s)$'
SECONDS = {'us': 1e-6, 'ms': 1e-3, 's': 1}


def used(m):
    m.send('status eth0')
    found = m.expect(CPU)
    return float(found[1]) * SECONDS[found[2]]


s = Scenario('''
task eth0=wire
task a=netstack needs=eth0 -- eth0 10.0.0.1/24 check feed=10.0.0.2
task b=netstack needs=eth0 -- eth0 10.0.0.2/24 check feed=10.0.0.1
task shell''', 180)
with s.boot() as m:
    m.expect(BULK)
    m.send('suspend eth0')
    m.expect(r' eth0#1 operator command=suspend ')
    before = used(m)
    m.expect(r' a#1 log text="source: the connection ended: ',
             name='TCP gives up, after minutes')
    spent = used(m) - before
    s.check(spent < 1, f'its driver used {spent:.2f} seconds meanwhile')
    m.send('resume eth0')
    m.expect(BULK, name='data goes on')
s.forbid(r' [ab]#[2-9]')
s.forbid(r' death ')
s.done()
