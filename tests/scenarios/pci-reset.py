#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A PCI Express function behind a root port is reset when its task goes down or
the ring of a dead client is given back, and is then as it was but for what its
driver did to it.  A restart needs no reset; a function that has none goes
without."""
from harness import Scenario, witness

IMAGE = f'''
qemu -M q35 -device pcie-root-port,id=root1,chassis=1
qemu -device virtio-rng-pci,bus=root1,x-pcie-flr-init=%s
{witness.TASKS}
task settler
task shell
'''
VICTIM = ('task victim=build/tasks/canary/victim needs=settler restart=no '
          '-- settler\n')
MASTER = 0x4
CONFIG = r'log text="(command=\S+ line=\d+ bars=\S+)'


def found(m, run):
    """What a run of settler says of its function: configuration, status."""
    config = m.expect(rf' settler#{run} {CONFIG}')[1]
    status = m.expect(rf' settler#{run} log text="?status=(\d+)')[1]
    m.expect(rf' settler#{run} log text="?then=3')
    return config, int(status)


s = Scenario(IMAGE % 'on', seconds=40)
with s.boot() as m:
    first, status = found(m, 1)
    s.check(status == 0, 'nobody has used it')
    s.check(not int(first[8:].split()[0], 16) & MASTER,
            'it does not master the bus', first)
    m.expect(r' kernel-ext up ')
    m.send('kill settler')
    again, status = found(m, 2)
    s.check(again == first, 'a restart finds the same function', first, again)
    s.check(status == 3, 'as its predecessor left it', status)
    m.expect(r' settler#2 restart cause=operator ')
    m.send('stop settler')
    m.expect(r' settler#2 reset functions=1 why=down')
    m.expect(r' settler#2 stopped ')
    m.send('start settler')
    again, status = found(m, 3)
    s.check(again == first, 'after the reset it is where it was', first, again)
    s.check(status == 0, 'and has forgotten its driver', status)
    witness.unharmed(s, m)
with s.boot(IMAGE % 'on' + VICTIM, 'rings') as m:
    first, status = found(m, 1)
    m.expect(r' settler#1 log text="?took=2048')
    m.send('kill victim')
    m.expect(r' victim#1 stopped ')
    m.send('kill settler')
    m.expect(r' settler#1 reset functions=1 why=rings')
    again, status = found(m, 2)
    s.check((again, status) == (first, 0), 'before a dead client\'s ring is '
            'used again it is reset, too', first, again, status)
    outage = int(m.expect(r' settler#2 restart .* outage=(\d+)us')[1])
    s.check(100_000 <= outage < 200_000, f'which took {outage} us')
    witness.unharmed(s, m)
with s.boot(IMAGE % 'off' + VICTIM, 'without') as m:
    first, status = found(m, 1)
    m.expect(r' kernel-ext up ')
    m.send('kill victim')
    m.expect(r' victim#1 stopped ')
    m.send('kill settler')
    again, status = found(m, 2)
    s.check((again, status) == (first, 3), 'without a reset it remembers',
            first, again, status)
    m.expect(r' settler#2 restart ')
    m.send('stop settler')
    m.expect(r' settler#2 stopped ')
resets = [line for boot in s.boots for line in boot.lines if ' reset ' in line]
s.check(len(resets) == 2, 'no more resets than that', *resets)
witness.undisturbed(s)
s.done()
