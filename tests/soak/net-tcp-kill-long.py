#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP in bulk between two cards while the driver of one is killed once in 1, 2,
4, 8 and 15 seconds: how much is lost of the throughput, and for how long TCP
stands still beside the driver's own outage."""
import re

from harness import transfer
from harness.scenario import Scenario

FIGURE = re.compile(r' bench#1 log text="bench (\S+) (\d+)"')
LOSS = {1: 10, 2: 10, 4: 5, 8: 2, 15: 1}    # per cent, at most

test = Scenario('', seconds=2400, icount=transfer.SHIFT)
for seconds, most in LOSS.items():
    with test.boot(transfer.image(seconds), f'{seconds}s') as boot:
        end = boot.expect(r' bench#1 death cause=(\S+)')
        if not test.check(end[1] == 'exit:0', 'the connection lasted', end[1]):
            continue
        found = filter(None, map(FIGURE.search, boot.lines))
        t = transfer.Transfer([(m[1], int(m[2])) for m in found], boot.lines)
        test.tap.note(
            f'a kill in {seconds} s: {t.share} % of {t.rate:.2f} MB/s, '
            f'outage {t.outage} us, stall {t.stall} us (median, p99); '
            f'undisturbed gap {t.gap} us')
        test.check(t.share >= 100 - most,
                   f'a kill in {seconds} s: {t.share} % are left')
test.done()
