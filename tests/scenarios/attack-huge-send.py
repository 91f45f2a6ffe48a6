#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that are said to be megabytes long: a hardened kernel takes no memory
for them.  The stock one keeps everybody waiting, for two seconds at 64 MiB."""
import re

from harness import Scenario, witness

IMAGE = f'{witness.TASKS}task hostile -- huge-send\n'
TOOK = re.compile(r' hostile#1 log text="ok \d+ - 67108864 bytes: \S+ in (\d+)us"')

s = Scenario('', seconds=60, allow=[r'no more room (for kmem_valloc )?in '])
took = {}
for hardened in 'no', 'yes':
    with s.boot(f'hardened={hardened}\n{IMAGE}', hardened) as m:
        m.expect_ktap('hostile')
        took[hardened] = int(TOOK.search('\n'.join(m.lines))[1])
        if hardened == 'yes':
            witness.unharmed(s, m)
s.check(took['no'] > 100_000 > took['yes'], '64 MiB keep the stock kernel '
        f'{took["no"]} us, a hardened one {took["yes"]}')
witness.undisturbed(s)
s.done()
