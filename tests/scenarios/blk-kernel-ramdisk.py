#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tasks/sum reads what the host has made: the kernel's ramdisk, whole and a
part of it; what is past its end, or cannot be written, is an error."""
from harness import Scenario, sums

s = Scenario('', seconds=40)
file = s.folder / 'file'
data = sums.sequence(5, 304 * 512)
file.write_bytes(data)
with s.boot(f'''
ramdisk {file}
task sum kdev=rd0 -- rd0 rd0@7+200 rd0@303+2 fill rd0 1
''') as m:
    sums.expect_sums(m, {'rd0': data, 'rd0@7+200': data[7 * 512:207 * 512]})
    m.expect(r' sum#1 log text="sum rd0@303\+2 by rpc: D_IO_ERROR"')
    m.expect(r' sum#1 log text="fill rd0 by rpc: D_INVALID_OPERATION"')
    m.expect(r' sum#1 log text="done, 2 failed"')
s.done()
