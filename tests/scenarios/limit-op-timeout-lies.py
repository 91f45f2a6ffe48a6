#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""op-timeout= of a driver that says in its heartbeats that nothing is wrong:
its callback never ends, or it takes no request.  That it is paused is believed
where bandwidth= is set, for eight times as long."""
from harness import Scenario, offence, witness

s = Scenario('', seconds=20)
offence.ends(s, 'lie', alone=True)
offence.ends(s, 'claim', 'watchdog=0')
offence.ends(s, 'claim', 'bandwidth=100K', times=8)
offence.goes_on(s, 'lie', '-op-timeout', 'no answer')
witness.undisturbed(s)
s.done()
