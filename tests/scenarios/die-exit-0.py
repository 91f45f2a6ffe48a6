#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exit(0): it is done, and not started again."""
from harness import witness

witness.dies('exit 0 after=1500', 'exit:0', 'stopped')
