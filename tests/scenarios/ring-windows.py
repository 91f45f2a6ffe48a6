#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows of a device, one inside another: their clients reach the first and the
last record, by messages and by ring, and nothing past them."""
from harness import ringed

ringed.part('windows', 'task ramdisk -- 2M',
            'task slices=build/tasks/rings/slices needs=ramdisk,hello '
            'provides=slice,secret,none\n'
            'task inner=build/tasks/rings/slices needs=slice '
            'provides=sliver,wide,huge,all -- inner',
            words='needs=ramdisk,slice,sliver')
