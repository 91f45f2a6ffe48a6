#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names that nobody provides, and two tasks that wait for each other."""
from harness.lines import Bad, refused

refused(Bad('needs=nothing', 'needs=nothing', 'no line provides it', 'bad1'),
        Bad('needs=bad3', 'needs=bad3', '', 'bad2'),
        Bad('needs=bad2', 'needs=bad2', '', 'bad3'))
