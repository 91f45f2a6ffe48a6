#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory calls that panic the kernel, or wait in it for ever."""
from harness import witness

witness.attacks('memory-calls')
