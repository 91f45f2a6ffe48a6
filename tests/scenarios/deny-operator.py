#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The operator's commands, without operator=yes."""
from harness import witness

witness.attacks('operator')
