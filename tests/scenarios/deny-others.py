#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every port that it has or guesses, used as another task's: without an end, and the
kernel complains of many, so that others wait for two quanta of it at times."""
from harness import witness

witness.attacks('others', late=300_000,
                allow=[r'^task \(hostile\) looked up a bogus port '])
