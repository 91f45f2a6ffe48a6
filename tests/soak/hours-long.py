#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ten hours of the guest's time: a light load on every driver, random kills and
operator's commands; at the end there is of everything what there was.
hours-long.py [SEED]"""
import sys

from harness import soaked

soaked.soak(int(sys.argv[1]) if sys.argv[1:] else 7, minutes=10, times=60,
            seconds=4 * 3600)
