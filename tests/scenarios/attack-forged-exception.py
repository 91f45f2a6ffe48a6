#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A message that looks like an exception, with another's ports in it."""
from harness import Scenario, witness

s = Scenario(witness.TASKS + 'task hostile -- forged-exception\n')
with s.boot() as m:
    m.expect(r' hostile#1 ready ')
    # It may count as a crash of its own; then it is over.
    m.expect(r' hostile#1 (stopped|failed|death) ')
    witness.unharmed(s, m)
witness.undisturbed(s)
s.done()
