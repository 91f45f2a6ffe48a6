#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""exit(1): a failure, so it is replaced."""
from harness import witness

witness.dies('exit 1 after=1500 once', 'exit:1', 'restart')
