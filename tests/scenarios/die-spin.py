#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An endless loop: the watchdog ends it, and sees that it ran."""
from harness import witness

witness.dies('spin after=1500 once', 'hang:spinning', 'restart')
