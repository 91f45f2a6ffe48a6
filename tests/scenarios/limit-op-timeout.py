#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""op-timeout=: a callback that never ends, though it sends heartbeats, and a
write that is kept and forgotten.  What waits behind them is answered by the
next incarnation."""
from harness import Scenario, offence, witness

s = Scenario('', seconds=20)
offence.ends(s, 'spin')
offence.ends(s, 'forget')
offence.goes_on(s, 'spin', '-op-timeout', 'no answer')
offence.goes_on(s, 'forget', '-op-timeout', 'answered by 1')
witness.undisturbed(s)
s.done()
