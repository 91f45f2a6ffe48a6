#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of IOMMUs that are cut off, go round, or say what cannot be: each is
refused with one line, and the image boots; with --iommu=require no task has
memory for a device then."""
from harness import dmar

dmar.refused(('looping', 'truncated', 'overlapping', 'nowhere'))
