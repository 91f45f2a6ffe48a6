#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sqlite-kill.py for longer: 1,000 deaths of the disk's driver, once a second
of virtual time."""
from harness import database

database.killed(1000, commits=5000, seconds=3600)
