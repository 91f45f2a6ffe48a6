#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rate of periodic interrupts that a client set survives a restart of rtc."""
from harness import killed

killed.keeper('rtc', 'rtc', '')
