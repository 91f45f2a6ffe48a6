#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""128 KiB through uart and back."""
from harness import uart

uart.bulk(1 << 17, seconds=90)
