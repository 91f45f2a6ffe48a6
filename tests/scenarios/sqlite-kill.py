#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A database on a virtio disk loses nothing by 20 deaths of the disk's driver,
at random instants under a load of transactions, about once a second."""
from harness import database

database.killed(20, commits=50, seconds=120)
