#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A handle keeps 64 words, a client 32 handles with some; past that it is told so,
and what is closed makes room."""
from harness import killed

killed.keeper('full')
