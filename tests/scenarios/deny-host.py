#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a task can ask of the host."""
from harness import witness

witness.attacks('host-calls')
