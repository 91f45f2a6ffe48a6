#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that takes all the memory that memory= allows."""
from harness import witness

# It never waits: a call is late by the kernel's quantum, at times by two.
witness.attacks('hog', slowest=300_000)
