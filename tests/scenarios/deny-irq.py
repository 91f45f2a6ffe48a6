#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupt lines: the granted one and no other."""
from harness import witness

witness.attacks('irq')
