#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""op-timeout= and a read that is kept: from a disk it must end, from a
character device it may wait for input as long as it likes."""
from harness import Scenario, offence, witness

s = Scenario('', seconds=20)
offence.ends(s, 'wait', '-- block')
offence.goes_on(s, 'wait', f'op-timeout={offence.LIMIT}ms', 'answered by 1')
witness.undisturbed(s)
s.done()
