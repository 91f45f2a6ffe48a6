#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring is in a row on the bus, and stays where it is: through deaths of its
driver, and when a task takes all the memory there is."""
import struct

from harness import Scenario, witness

PAGE, BYTES = 4096, 1 << 20
s = Scenario(f'''{witness.SMALL}{witness.TASKS}task anvil dma=4K -- d
task hammer -- show
task hostile -memory -- hog-copies
task shell
''', seconds=90)
with s.boot(qmp=True) as m:
    def words(base):
        """The first and the last of each page of the buffers."""
        m.qmp('pmemsave', val=base + 2 * PAGE, size=BYTES,
              filename=str(s.folder / 'memory'))
        found = struct.unpack(f'<{BYTES // 4}I',
                              (s.folder / 'memory').read_bytes())
        return [found[at // 4] for page in range(0, BYTES, PAGE)
                for at in (page, page + PAGE - 4)]

    wanted = [0xabc00000 + at for page in range(0, BYTES, PAGE)
              for at in (page, page + PAGE - 4)]
    shown = r' hammer#1 log text="run=(\d+) physical=0x([0-9a-f]+)"'
    first = int(m.expect(shown)[2], 16)
    s.check(words(first) == wanted, 'the machine sees what its client wrote')
    m.expect(r' hostile#\d+ death cause=limit:memory ', timeout=60)
    s.check(words(first) == wanted, 'when memory was short it is there still')
    for run in '2', '3':
        m.send('kill anvil')
        found = m.expect(shown)
        s.check(found[1] == run and int(found[2], 16) == first,
                f'run {run} has it where it was', found.string)
    s.check(words(first) == wanted, 'with what was in it')
    witness.unharmed(s, m, slowest=5_000_000)
witness.undisturbed(s, stuck='')
s.done()
