#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver that answers for others' handles, what it was not asked, and twice:
only what it was asked is believed, once."""
from harness import witness

witness.attacks('answers', words='needs=*')
