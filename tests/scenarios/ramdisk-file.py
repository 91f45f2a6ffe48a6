#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""ramdisk: one that is filled with a file, and an empty one, read, written and
copied by messages and by ring while both drivers are killed all the time."""
from harness import Scenario, sums, witness

KILLS = 200
WORDS = ('text ring text empty copy text empty empty@0+800 '
         'rpc fill empty@800+300 7 empty ring empty empty@2047+2')

s = Scenario('', seconds=90)
file = s.folder / 'file'
data = sums.sequence(5, 800 * 512)  # whole pages
file.write_bytes(data)
with s.boot(f'''
{witness.TASKS}
ramdisk {file}
task text=ramdisk kdev=rd0 start-limit=0 restart-delay=0 -- rd0
task empty=ramdisk start-limit=0 restart-delay=0 -- 1M
task killer -- text {KILLS} 3
task other=killer -- empty {KILLS} 5
task sum needs=text,empty -- {WORDS}
''') as m:
    sums.expect_sums(m, {'text': data})
    sums.expect_sums(m, {'text': data, 'empty': bytes(1 << 20)}, 'ring')
    sums.expect_sums(m, {'empty@0+800': data}, 'ring')
    after = data + sums.sequence(7, 300 * 512)
    after += bytes((1 << 20) - len(after))
    sums.expect_sums(m, {'empty': after})
    sums.expect_sums(m, {'empty': after}, 'ring')
    m.expect(r' sum#1 log text="sum empty@2047\+2 by ring: D_INVALID_RECNUM"')
    m.expect(r' sum#1 log text="done, 1 failed"')
    deaths = [line for line in m.lines if ' death cause=operator' in line]
    s.check(len(deaths) > KILLS / 2, f'{len(deaths)} deaths meanwhile')
    witness.unharmed(s, m)
s.forbid(r' (text|empty)#\d+ death cause=(?!operator)')
witness.undisturbed(s)
s.done()
