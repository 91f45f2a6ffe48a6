#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every port that it has or guesses, used as one of the kernel's privileged."""
from harness import witness

witness.attacks('guess', allow=[r'^task \(hostile\) looked up a bogus port '])
