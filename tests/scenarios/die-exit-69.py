#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exit(69): its device is absent, which no restart changes."""
from harness import witness

witness.dies('exit 69 after=1500', 'exit:69', 'failed', 'restart=always')
