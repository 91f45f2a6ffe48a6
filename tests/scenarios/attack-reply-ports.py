#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests to kernel-ext and to a driver whose answers would wait for a full
port, go in a circle, or pile up: who answers never waits."""
from harness import witness

witness.attacks('reply-ports')
