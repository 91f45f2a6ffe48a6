#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Guards of what is granted, and of whose it is: what a task does where
kernel-ext lacks one."""
from harness import without
from harness.without import PANIC, Guard, hostile

MAPPER = 'task hello\ntask board\ntask mapper -- attacks'

without.show((
    Guard('claims', 'task owner=die ioports=0x2e8-0x2ef -- none\n'
          'raw bad=die ioports=0x2ef-0x2f0 $(task-create) -- none',
          r' bad#1 ready ', 'line-port-taken'),
    hostile('ports', 'port-above', '0x2f4 cannot'),
    hostile('lines', 'irq', 'line 15 is refused'),
    hostile('mmio', 'mmio', 'not memory'),
    Guard('config', 'task pci', r' pci#1 log text="not ok \d+ - '
          'pointing one into memory is refused"', 'pci-function',
          qemu='qemu -device edu,dma_mask=0xffffffff'),
    hostile('needs', 'names', 'nor what needs= does not name',
            more='task rtc\n'),
    Guard('operator', 'task hello\ntask hostile -- operator',
          r' hello#1 stopped ', 'deny-operator'),
    Guard('complains', 'task knob\ntask hello\n'
          'task plaintiff needs=knob,hello complains=knob -- knob hello',
          r' hello#1 death cause=complaint ', 'complaint'),
    hostile('calls', 'task-calls', 'task_create: 0, not 8',
            'attack-task-calls'),
    Guard('mask', MAPPER, PANIC, 'map-attacks'),
    Guard('window', MAPPER, r' mapper#1 log text="not ok \d+ - try: 0, not 2"',
          'map-attacks'),
    # Five of it are dead by what they said, and run on.
    Guard('notifications', 'task hello\ntask census -- hostile 0 2 1000\n'
          'task hostile restart=on-failure -- forged-notifications',
          r' census#1 log text="incarnation=[56] tasks=1[56] ',
          'attack-forged-notifications'),
    Guard('thief', 'task giver=thief -- giver\n'
          'task taker=thief needs=giver restart=no -- taker\n'
          'task victim=thief needs=giver -- victim',
          r' victim#1 log text="not ok \d+ - the next incarnation has the '
          'same handle',
          'attack-give-handle'),
), allow=[r'^invalid mask ', r'^task \(hostile\) looked up a bogus port '])
