#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""http-bulk.py for longer: 64 MiB over each kind of network device."""
from harness.bulk import bulk

bulk(64 << 20, 3000)
