#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""With operator=read: what changes nothing is allowed, the commands are not."""
from harness import witness

witness.attacks('reader', words='operator=read')
