#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Thirty thousand messages to kernel-ext, as fast as it goes."""
from harness import witness

witness.attacks('flood', seconds=120)
