#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/host/hostile.py for longer: 100,000 frames under the sanitizers, and as
many in pieces."""
import os
import pathlib

TEST = pathlib.Path(__file__).resolve().parents[1] / 'host' / 'hostile.py'
os.execv(TEST, [TEST, '100000', '31'])
