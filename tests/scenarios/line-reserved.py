#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ports and memory that no task may have."""
from harness.lines import refused, several

PORTS = ('0x0-0xf', '0x20-0x21', '0x40-0x43', '0x60-0x60', '0x64-0x64',
         '0xc0-0xdf', '0xcf8-0xcff', '0x3f8-0x3ff', '0x4d0-0x4d1')
MEMORY = ('0x100000+0x1000', '0xfee00000+0x1000', '0xfec00000+0x1000')

refused(*several([(f'ioports={ports}', f'ioports={ports.split("-")[0]}',
                   'reserved: ') for ports in PORTS]
                 + [(f'mmio={window}', f'mmio={window.split("+")[0]}',
                     'reserved: ') for window in MEMORY]))
