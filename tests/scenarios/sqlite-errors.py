#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk that fails some writes, flushes and reads: SQLite is told, goes on,
and nothing is lost that was acknowledged."""
from harness import database

database.troubled(600, each=12, commits=50, seconds=120)
