# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that a dead driver's device was writing to, and who has it next:
tasks/canary."""
from . import qemu
from .scenario import Scenario

FOLDER = 'build/tasks/canary'
FOREVER = 'restart=always restart-delay=0 start-limit=0'
IMAGE = f'''
qemu -device edu,addr=4,dma_mask=0xffffffff -device edu,addr=5,dma_mask=0xffffffff
task mover={FOLDER}/mover pci=00:04.0 dma=4K {FOREVER}
task bystander={FOLDER}/mover pci=00:05.0 dma=4K
task victim={FOLDER}/victim needs=mover restart=no
task canary -- %d'''


def watch(rounds, control, seconds):
    """A scenario of its own: in no round does the memory change; in control
    rounds without the quiesce step it does."""
    s = Scenario(IMAGE % rounds, seconds=seconds, icount=2)
    if qemu.behind_iommu():
        confined(s, rounds)
    with s.boot() as m:
        m.expect(r' victim#1 log text="read 2048 bytes of D: success"',
                 name='the device writes into the buffers of a client')
        result = _result(m)
        s.check(result['rounds'] == rounds, f'{rounds} kills in mid-transfer',
                result)
        s.check(result['same'] > rounds * 0.5, 'after which the canary had '
                f'the very page {result["same"]} times', result)
        s.check(result['changed'] == 0, 'it never changed', result)
    s.forbid(r' (unquiet|kept|reset) \w+=')
    with s.boot(IMAGE % control, 'off', without='quiesce') as m:
        result = _result(m)
        s.check(result['changed'] > control * 0.5, 'without the quiesce step '
                f'it does, {result["changed"]} times of {control}', result)
    s.forbid(r' (mover|victim)#\d+ death cause=(?!operator)',
             'nobody died of anything else')
    s.forbid(r' (bystander|canary)#\d+ death cause=(?!exit:0)')
    s.done()


def confined(s, rounds):
    """Behind an IOMMU nothing changes, either; but there no device can be asked
    whether the page is the same, and without the quiesce step the IOMMU would
    be what is seen (iommu-stale-kill)."""
    with s.boot(f'{IMAGE % rounds} blind') as m:
        m.expect(r' victim#1 log text="read 2048 bytes of D: success"',
                 name='the device writes into the buffers of a client')
        result = _result(m)
        s.check(result['rounds'] == rounds and result['changed'] == 0,
                f'{rounds} kills in mid-transfer, and nothing changed', result)
    s.forbid(r' (unquiet|kept|reset) \w+=')
    s.forbid(r' (mover|victim)#\d+ death cause=(?!operator)',
             'nobody died of anything else')
    s.forbid(r' (bystander|canary)#\d+ death cause=(?!exit:0)')
    s.forbid(r' dma-(stray|fault) ', 'what was under way is no fault')
    s.done()


def _result(m):
    found = m.expect(r' canary#1 log text="rounds=(\d+) same=(\d+) '
                     r'changed=(\d+)"')
    return dict(zip(('rounds', 'same', 'changed'), map(int, found.groups())))
