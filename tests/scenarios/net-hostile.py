#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""300 hostile frames to a host on each kind of network device harm nobody and
leave nothing behind; tests/soak has 100,000, tests/host/hostile.py what the
sanitizers say."""
from harness.barraged import barraged

barraged(300, 80)
