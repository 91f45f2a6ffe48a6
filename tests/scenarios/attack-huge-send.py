#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that are said to be megabytes long: a hardened kernel takes no memory
for them.  The stock one keeps everybody waiting, for two seconds at 64 MiB; and
each kernel does for an array of ports that is said to be."""
import re

from harness import Scenario, witness

TOOK = re.compile(r' hostile#1 log text="ok \d+ - (?:67108864 bytes|8388608 ports): '
                  r'\S+ in (\d+)us"')

s = Scenario('', seconds=60, allow=[r'no more room (for kmem_valloc )?in '])


def took(hardened, attack):
    with s.boot(f'hardened={hardened}\n{witness.TASKS}task hostile -- {attack}\n',
                f'{attack}-{hardened}') as m:
        m.expect_ktap('hostile')
        time = int(TOOK.search('\n'.join(m.lines))[1])
        if time < 100_000:
            witness.unharmed(s, m)
    return time


stock, hardened = took('no', 'huge-send'), took('yes', 'huge-send')
s.check(stock > 100_000 > hardened,
        f'64 MiB keep the stock kernel {stock} us, a hardened one {hardened}')
ports = took('yes', 'huge-ports')
s.check(ports > 100_000, f'not held: eight million ports keep it {ports} us')
witness.undisturbed(s)
s.done()
