#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sqlite-errors.py for longer, and with 100 deaths of the disk's driver in
between."""
from harness import database

database.troubled(8000, each=12, commits=800, seconds=3600, kills=100)
