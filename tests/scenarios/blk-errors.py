#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk with a record that cannot be read and one that cannot be written
(QEMU's blkdebug): these are D_IO_ERROR, everything else goes on.  (A disk that
merged requests of two clients would answer both with the error.)"""
from harness import Scenario, blk, witness

s = Scenario('', sleep=True)
image = blk.make(s.folder / 'disk.raw')
with s.boot(f'''
qemu -drive driver=raw,if=none,id=disk,file.driver=blkdebug,\
file.image.driver=file,file.image.filename={image},werror=report,rerror=report,\
file.inject-error.0.event=none,file.inject-error.0.iotype=read,\
file.inject-error.0.sector=100,file.inject-error.1.event=none,\
file.inject-error.1.iotype=write,file.inject-error.1.sector=200
qemu -device {blk.BUS},drive=disk,request-merging=off
{witness.TASKS}
task virtio-blk
task blkio -- rpc vda errors
task ring=blkio -- ring vda errors
''') as m:
    m.expect_all(r' blkio#1 stopped cause=exit:0', r' ring#1 stopped cause=exit:0')
    good = [t for t in m.lines if 'log text="ok ' in t]
    s.check(len(good) == 20, 'each found what it should')
    witness.unharmed(s, m)
s.forbid(r' log text="not ok', 'nothing else')
s.forbid(r' virtio-blk#1 (error|death|deny) ', 'the driver does not mind')
found = blk.versions(image, 2048)
s.check([n for n, v in enumerate(found) if v] == [199, 201],
        'the host finds what was written, and nothing that was not')
witness.undisturbed(s)
s.done()
