#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel calls on oneself: fork, threads, special ports, priority."""
from harness import witness

witness.attacks('task-calls')
