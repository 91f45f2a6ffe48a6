#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""edu has two records: what a client writes to and reads from others is refused,
however long it is, and edu goes on."""
from harness import Scenario

s = Scenario('''
qemu -device edu,addr=4,dma_mask=0xffffffff
task edu -pci pci=00:04.0
task wrong=load needs=edu restart=no -- edu edu rpc 64
task shell
''')
with s.boot() as m:
    m.expect_count(r' wrong#1 log text="error (write|read): D_INVALID_RECNUM"', 5)
    m.send('status edu')
    m.expect(r'^edu#1 ready')
s.forbid(r' edu#\d+ death ', 'edu lives')
s.done()
