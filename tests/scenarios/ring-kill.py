#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The driver of a ring dies 200 times under load, at random instants: no request
is lost, none is answered twice, and what was written is read."""
from harness import ringed

ringed.load('ramdisk', '2M', 'ramdisk', 200, 32)
