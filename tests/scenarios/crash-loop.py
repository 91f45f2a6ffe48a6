#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""4,000 crashes and restarts in one boot leave nothing behind, and the last cost
what the first did."""
from harness.cycles import crashes

crashes(400, 4000)
