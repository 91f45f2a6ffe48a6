#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exit(69) of one that has been ready and has no PCI function that could be gone:
a failure like others.  (Believed: die-exit-69-there.)"""
from harness import witness

witness.dies('exit 69 after=500', 'exit:69', 'restart', deaths=2)
