#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The default image comes up, and every line that it says is in the table."""
import pathlib

from harness import Scenario

s = Scenario(pathlib.Path('images/default.image'), seconds=40)
with s.boot() as m:
    boot = m.expect(r' kernel-ext boot modules=(\d+) tasks=(\d+) refused=0 '
                    r'ignored=0 ')
    m.expect_all(*(rf' {task}#1 ready ' for task in (
        'hello', 'rtc', 'uart', 'flaky', 'shell')))
    m.expect(rf' kernel-ext up ready={boot[2]} failed=0 ')
    m.expect_prompt(r'> $')
    m.expect(r' flaky#1 death ')
    m.expect(r' flaky#2 restart ')
    m.expect(r' flaky#\d+ failed ')
s.forbid(r'\] . \S+ (refuse|lost|stuck|guard|line-stuck) ')
s.forbid(r' (hello|rtc|uart|shell)#\d+ death ')
s.done()
