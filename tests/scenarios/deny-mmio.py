#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory of devices: the granted window and nothing around it."""
from harness import witness

witness.attacks('mmio')
