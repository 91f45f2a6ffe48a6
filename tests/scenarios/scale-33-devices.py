#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The 33rd device, by kernel-ext's count and not the library's."""
from harness import Scenario

NAMES = ','.join(f'clerk.{n}' for n in range(1, 33))

s = Scenario(f'task clerk provides={NAMES} -- devices 32')
with s.boot() as m:
    m.expect_ktap('clerk')
s.done()
