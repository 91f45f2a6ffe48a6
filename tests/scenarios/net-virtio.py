#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP/IP over virtio-net, with programs of the host as peers; and the same while
the driver is killed."""
from harness import stack

stack.scenario('virtio-net')
