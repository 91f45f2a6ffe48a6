#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""irq-rate=: of 100,000 interrupts a second so many come to the driver, and
everybody else has the processor; also where the driver itself says how many.
Without it a tenth of them take nearly all (of 31 million instructions a second;
QEMU's HPET under -icount asserts its line twice each time)."""
from harness import Scenario

s = Scenario('', seconds=40)


def storm(words, asserted):
    """What is left of the processor, in percent, and interrupts a second."""
    with s.boot('qemu -global hpet.hpet-intcap=0x20\n'
                f'task storm {words}\n'
                'task meter=build/tasks/storm/meter needs=storm restart=no '
                f'-- {asserted} 1', words) as m:
        found = m.expect(r' meter#1 log text="left=(\d+)% '
                         r'interrupts=(\d+)/s"')
        return int(found[1]), int(found[2])


left, rate = storm('-irq-rate', 10000)
s.check(left < 33, f'10000 asserted, no limit: {rate} handled leave {left} %')
for limit, words, least in ((500, 'irq-rate=500', 75),
                            (100, 'irq-rate=1000 -- 100', 90)):
    left, rate = storm(words, 100000)
    s.check(abs(rate - limit) <= limit * 0.03,
            f'100000 asserted, {limit} allowed: {rate} handled')
    s.check(left > least, f'leave {left} %', f'{least} were expected')
s.forbid(r' storm#1 death ')
s.done()
