#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Guards against who takes too much, or too long, or dies too often: what
comes of it where kernel-ext lacks one."""
from harness import offence, without
from harness.without import Guard, hostile

without.show((
    Guard('watchdog', 'task shell\ntask die -- spin', r'^die: no answer$',
          'die-spin', type=('read die',)),
    Guard('memory', 'task greedy memory=4M -- touch 20',
          r' greedy#1 log text="has touched 20M"', 'limit-memory'),
    Guard('free', 'task hello\ntask hostile -memory -- hog',
          'vm_page warning: unable to recycle any page',
          'attack-hog-unlimited', qemu='qemu -m 96', kernels=True),
    Guard('cpu', 'task greedy cpu=20 -- spin',
          r' greedy#1 log text="ran=(9\d{5}|1\d{6})us of=', 'limit-cpu'),
    Guard('op-timeout', offence.image('spin', 'op-timeout=400ms'),
          r' rush#1 log text="spin: no answer"', 'limit-op-timeout'),
    Guard('irq-rate', 'task hush irq-rate=100 -- silent',
          r' hush#1 log text="200 interrupts in \d{1,3}ms', 'limit-irq-rate-pci',
          qemu='qemu -device edu,addr=0xc'),
    Guard('unread', 'task hush', r' hush#1 log text="not ok \d+ - a register '
          'that says nothing keeps no interrupt from it"', 'pci-quiet',
          qemu='qemu -device edu,addr=0xc'),
    Guard('log', 'task hello\ntask hostile -- log-flood',
          r' hostile#1 log text="line 4999 of a flood"', 'attack-log-flood'),
    Guard('start-limit', 'task die restart-delay=0 -- null', r' die#20 restart ',
          'flaky-given-up'),
    Guard('blame', 'task knob start-limit=0\ntask keeper -- poison',
          r' knob#6 death cause=exception:bad-access ', 'keep-poison'),
), allow=[r'^vm_page warning: unable to recycle any page'])
