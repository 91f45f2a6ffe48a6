#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""More handles than one task may have open."""
from harness import witness

witness.attacks('many-handles', seconds=60,
                slowest=500_000)  # hello closes them all meanwhile
