#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The notifications that keep retained ports alive."""
from harness import witness

witness.attacks('notifications')
