#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A handle of a driver as the port of its packet filter: a right to itself that
would keep it open for ever."""
from harness import witness

witness.attacks('own-filter', words='needs=hello,target',
                others='task target=build/tasks/fuzz/target provides=target')
