#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The self-test of the image passes, and its verdict is the exit status."""
from harness import Scenario

s = Scenario('''
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
task hello
task rtc
task uart
task selftest
''', grub=True)
with s.boot() as m:
    m.expect_ktap('selftest')
    m.expect(r' kernel-ext halt how=halt status=0')
    m.expect_exit(0)
s.forbid(r' (rtc|uart)#1 death cause=(?!operator)')
s.done()
