#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers that are none, or lack their unit."""
from harness.lines import refused, several

refused(*several((
    ('irq=five', 'irq=five', 'not an ISA interrupt line, 0 to 15'),
    ('irq=16', 'irq=16', 'not an ISA interrupt line, 0 to 15'),
    ('watchdog=300', 'watchdog=300', 'not a duration with its unit'),
    ('watchdog=10ms', 'watchdog=10ms', 'shorter than 50ms'),
    ('start-limit=5', 'start-limit=5', 'not COUNT/DURATION'),
    ('instances=0', 'instances=0', 'zero is not allowed'),
)))
