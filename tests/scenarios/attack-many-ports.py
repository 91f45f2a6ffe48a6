#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of a task with 200,000 ports, in which the kernel lets nobody run: two
seconds, which none of it is kernel-ext's time.  Then all goes on."""
from harness import witness

witness.attacks('many-ports', 'exception:bad-access', seconds=90,
                slowest=2_500_000, stuck='')
