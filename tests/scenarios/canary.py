#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""After a kill in the middle of a transfer, memory that the dead driver's device
was writing to never changes once it is somebody else's; it does when the quiesce
step is taken out."""
from harness import canary

canary.watch(30, 10, seconds=60)
