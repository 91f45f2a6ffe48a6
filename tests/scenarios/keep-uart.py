#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The line speed that a client set survives a restart of uart, which does
nothing for it."""
from harness import killed

killed.keeper('uart', 'uart', '',
              'qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart')
