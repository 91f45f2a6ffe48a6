#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""dma= memory is clear at first, in a row on the bus, at the same place with
the same contents in each incarnation; and no more of it than was granted."""
from harness import Scenario, witness

RUNS, RING, PAGE = 4, 64 * 1024, 4096
s = Scenario(f'{witness.TASKS}task dma start-limit=0\ntask shell\n')
# Its memory would be zero by itself: the machine begins with other bytes there.
DIRTY, TOP = 0x1c000000, 0x20000000
ram = s.folder / 'ram'
with ram.open('wb') as file:
    file.seek(DIRTY)
    file.write(b'\xa5' * (TOP - DIRTY))
with s.boot(qmp=True, args=(
        '-machine', 'memory-backend=ram', '-object', 'memory-backend-file,'
        f'id=ram,size={TOP},mem-path={ram},share=off')) as m:
    def said(run, text):
        return m.expect(rf' dma#{run} log text="?{text}"?$')

    def physical(address):
        text = m.qmp('human-monitor-command',
                     **{'command-line': f'xp /1wx {address:#x}'})
        return int(text.split(':')[1], 16)

    said(1, 'memory at the window')
    where = said(1, r'(ring=\S+ small=\S+ page=\S+)')[1]
    said(1, 'all zero')
    said(1, 'aligned')
    said(1, 'the last again')
    left = int(said(1, r'left=(\d+)')[1])
    said(1, 'no more')
    used = RING + 2 * PAGE  # the small one is the first in its page
    s.check(256 * 1024 - used <= left < 256 * 1024 - RING - PAGE,
            f'of 256K there were {left} bytes left')
    m.expect(r' kernel-ext up ')
    for run in range(2, RUNS + 1):
        m.send('kill dma')
        m.expect(rf' dma#{run} restart cause=operator ')
        again = next(line for line in reversed(m.lines)
                     if f' dma#{run} log text="ring=' in line)
        s.check(where in again, f'run {run} has it at the same addresses',
                again, where)
        s.check(any(f' dma#{run} log text=kept' in line for line in m.lines),
                'with what was in it')
    ring = int(where.split()[0].split('=')[1], 16)
    s.check(DIRTY <= ring < TOP, 'it lies where the machine was dirty')
    words = [physical(ring + at + end) for at in range(0, RING, PAGE)
             for end in (0, PAGE - 4)]
    s.check(words == [RUNS] * len(words), 'it is in a row: the first and the '
            'last word of each of its pages, as the machine sees them', words)
    witness.unharmed(s, m)
s.forbid(r' dma#\d+ (deny|error) ')
witness.undisturbed(s)
ram.unlink()
s.done()
