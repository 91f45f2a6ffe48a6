#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names: its own and no other task's, nor the kernel's."""
from harness import witness

witness.attacks('names', others='task rtc')
