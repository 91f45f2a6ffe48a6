#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What handles were told is told to the next incarnation: each its own, in the
order in which it was told, but no action; a failure is that handle's alone."""
from harness import killed

killed.keeper('settings')
