#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that look like the kernel's notifications."""
from harness import witness

witness.attacks('forged-notifications')
