#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Twenty thousand messages of noise to kernel-ext: refused, until its
sender has had enough refusals."""
from harness import witness

witness.attacks('garbage', 'refused', seconds=90)
