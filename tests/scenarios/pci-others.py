#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A task with a PCI function reaches nothing of another's: not its
configuration space, memory, I/O ports or interrupts, itself or by its module
line; and no bridge.  Its own it does."""
import re

from harness import Scenario, witness

RUNS = 9
QEMU = '''
qemu -device edu,addr=4 -device e1000,addr=6 -device pci-bridge,id=far,chassis_nr=1,addr=8
'''
IMAGE = f'''{QEMU}
{witness.TASKS}
task other=neighbour -pci pci=8086:100e
task neighbour needs=other watchdog=0 -- other
task shell
'''


def pattern(kind):
    return rf'^\s*BAR \d: {kind} at (0x[0-9a-f]+), size'


s = Scenario(IMAGE, seconds=40)
with s.boot() as m:
    m.expect_all(r' other#1 log text="ok 1 - its memory at .* is its own"',
                 r' other#1 log text="ok 2 - its ports at .* are its own"')
    m.expect_ktap('neighbour')
    for run in range(1, RUNS + 1):
        m.expect(rf' neighbour#{run} death cause=exception:bad-instruction ')
    m.expect(rf' neighbour#{RUNS + 1} stopped cause=exit:0')
    s.forbid(r' neighbour#\d+ log text="not ok', 'no run reached a port')
    m.send('lspci -v')
    m.expect(r'^00:06\.0 .* - other$')
    window = m.expect(pattern('memory'))[1]
    ports = int(m.expect(pattern(r'I/O ports'))[1], 16)
    witness.unharmed(s, m)

# What a line asks for is not to be had, either.
WANTED = {
    'bridge': 'pci=00:08.0', 'host': 'pci=00:00.0', 'any': 'pci=class:0604',
    'taken': 'pci=00:04.0', 'again': 'pci=1234:11e8', 'none': 'pci=00:09.0',
    'window': f'mmio={window}+4K', 'ports': f'ioports={ports:#x}-{ports + 3:#x}',
    'inside': f'ioports={ports + 8:#x}-{ports + 8:#x}',
    'config': 'ioports=0xcf8-0xcff', 'data': 'ioports=0xcfc-0xcff',
    'line': 'irq=%d' % int(re.search(
        r'\[8086:100e\].* interrupt line (\d+)', '\n'.join(m.lines))[1]),
}
with s.boot(f'{QEMU}{witness.TASKS}task neighbour -- hello needs=hello\n' + ''.join(
        f'raw {name}=die {words} $(task-create) -- none\n'
        for name, words in WANTED.items()), 'lines') as m:
    m.expect_all(*(rf' E {name}#0 refuse word="?{re.escape(words.split("+")[0])}'
                   for name, words in WANTED.items()))
    m.expect(r' kernel-ext up ')
    witness.unharmed(s, m)
    s.forbid(r' neighbour#0 refuse ', 'but who has it as his own is not refused')
witness.undisturbed(s)
s.done()
