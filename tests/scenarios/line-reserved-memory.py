#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory is not a device."""
from harness import witness

witness.refused('mmio=0x100000+4K', r'mmio=0x100000\+0x1000', 'RAM')
