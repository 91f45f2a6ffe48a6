#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""More names than kernel-ext has room for."""
from harness import witness

witness.refused('provides=a,b,c,d,e,f,g,h instances=256', 'instances=256',
                'more than 2048 names in all')
