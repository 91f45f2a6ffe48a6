#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every port that it has or guesses, used as another task's."""
from harness import witness

witness.attacks('others', allow=[r'^task \(hostile\) looked up a bogus port '])
