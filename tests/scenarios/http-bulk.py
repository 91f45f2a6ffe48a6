#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""2 MiB are fetched and posted over each kind of network device at once; then
again while each one's driver is killed each second."""
from harness.bulk import bulk

bulk(2 << 20, 90)
