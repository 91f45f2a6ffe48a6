#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that floods the log: limited, counted, and nobody else's line lost."""
import re

from harness import Scenario, witness

s = Scenario(witness.TASKS + 'task hostile -- log-flood\n', seconds=60)
with s.boot() as m:
    m.expect(r' hostile#1 log text="line 0 of a flood"')
    m.expect(r' hostile#1 flood dropped=\d+')
    m.expect(r' hostile#1 stopped cause=exit:0')
    witness.unharmed(s, m)
    shown = [x for x in m.lines if re.search(r' hostile#1 log text="line', x)]
    dropped = sum(int(found[1]) for x in m.lines if
                  (found := re.search(r' hostile#1 flood dropped=(\d+)', x)))
    s.check(len(shown) < 1000, f'{len(shown)} lines of 5,000 shown')
    s.check(dropped > 4000, f'{dropped} counted as dropped')
witness.undisturbed(s)
s.done()
