#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A name that another task provides."""
from harness import witness

witness.refused('provides=hello', 'provides=hello', 'also held by hello')
