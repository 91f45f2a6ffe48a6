#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The ports of the interrupt controller."""
from harness import witness

witness.refused('ioports=0x20-0x21', 'ioports=0x20-0x21', 'the interrupt controller')
