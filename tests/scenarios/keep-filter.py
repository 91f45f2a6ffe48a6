#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A packet filter and its port survive a restart; the right to the port is given
up with the handle, or its receiver."""
from harness import killed

killed.keeper('filter')
