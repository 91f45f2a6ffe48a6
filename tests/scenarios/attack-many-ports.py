#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of a task with 200,000 ports: the corpse may be stuck for a while,
which holds up nobody."""
from harness import witness

witness.attacks('many-ports', 'exception:bad-access', seconds=90, stuck='')
