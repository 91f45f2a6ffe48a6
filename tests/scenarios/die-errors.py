#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""It reports one error after another: more than errors= allows, and it is replaced."""
from harness import witness

witness.dies('errors once', 'errors', 'restart', words='errors=3/5s')
