#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Five clients of virtio-net, each with its own frames, through four deaths of
the driver in the middle of their traffic."""
from harness import five

five.killed('virtio-net')
