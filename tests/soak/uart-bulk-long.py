#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""1 MiB through uart and back."""
from harness import uart

uart.bulk(1 << 20, seconds=240)
