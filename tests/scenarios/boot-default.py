#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The default image comes up, and every line that it says is in the table."""
import pathlib

from harness import Scenario

s = Scenario(pathlib.Path('images/default.image'), seconds=40)
with s.boot() as m:
    boot = m.expect(r' N kernel-ext boot modules=(\d+) tasks=(\d+) refused=0 '
                    r'ignored=0 ')
    m.expect_count(r' adopt policy=', int(boot[2]))
    m.expect(r' hello#1 ready ')
    m.expect(r' kernel-ext up ready=\d+ ')
s.forbid(r' refuse | lost | stuck | guard ')
s.done()
