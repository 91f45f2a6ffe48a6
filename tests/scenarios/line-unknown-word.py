#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A word that does not exist."""
from harness import witness

witness.refused('colour=blue', 'colour=blue', 'unknown word')
