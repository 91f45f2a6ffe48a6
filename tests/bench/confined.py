# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs a packet that an IOMMU is on: echoes between two hosts of one
machine, so that nothing waits for this one's, with the IOMMU on and with it off.
"""
import statistics

from harness import transfer

KINDS = ('pair_64.in_flight_1', 'pair_64.in_flight_16',
         'pair_1472.in_flight_1', 'pair_1472.in_flight_16')


def image(state):
    return f'''
        qemu -M q35 -device intel-iommu
        {transfer.card(0)},iommu_platform=on
        {transfer.card(1)},iommu_platform=on
        kernel-ext --iommu={state}
        task bench-soaker=build/tasks/bench/soaker watchdog=0
        task virtio-net=build/tasks/bench/virtio-net pci=00:05.0 dma=1M \
             provides=eth0 -- eth0
        task far=virtio-net pci=00:06.0 dma=1M provides=eth1 -- eth1
        task netstack needs=eth1 -- eth1 10.0.8.2/24 echo
        task bench=build/tasks/bench/pairs memory=8M watchdog=0 restart=no \
             needs=bench-soaker,eth0 -- eth0 10.0.8.1/24 10.0.8.2'''


def rounds(measure, state):
    """{kind: its rounds}"""
    found = {}
    for name, value in measure(f'pairs-{state}', image(state), 300):
        found.setdefault(name, []).append(value)
    return found


def packets(measure):
    """(name, value, unit): there and back, with the IOMMU on, and of off."""
    off, on = (rounds(measure, state) for state in ('off', 'require'))
    for kind in KINDS:
        cost = statistics.median(on[kind])
        yield f'net.iommu.{kind}', cost, 'instructions'
        yield (f'net.iommu.of_off.{kind}',
               round(cost / statistics.median(off[kind]), 3), 'of off')
