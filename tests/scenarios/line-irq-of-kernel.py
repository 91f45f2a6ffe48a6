#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own interrupt lines: asking for one would make it panic a second
later."""
from harness import Scenario
from harness.lines import refused, several

KERNELS = [(f'irq={line}', f'irq={line}', 'reserved: ')
           for line in (0, 1, 2, 4, 13)]
COM2 = [('irq=3', 'irq=3', 'reserved: COM2')]

s = Scenario('task hello')
refused(*several(KERNELS), boot=(s, 'one-serial-port'))
refused(*several(KERNELS + COM2), others='qemu -serial null',
        boot=(s, 'two-serial-ports'))
s.done()
