# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP in bulk between two network cards of one machine, on one wire, while the
receiving one's driver is killed once in so many seconds.

The wire hands over what was sent TX_NS later by the guest's clock, so that
nothing depends on the host's.  The log has only warnings, because lines take
their time, too."""
import re
import statistics

SHIFT = 5           # of -icount: a machine of 31 million instructions a second
TX_NS = 150_000
KILLS = 20
QUIET_MS = 3000     # from the boot to the first kill's period
RANDOM_MS = 25      # in the middle of what the killer adds to each period
OUTAGE = re.compile(r' virtio-net#\d+ restart .*\boutage=(\d+)us')


def card(number):
    return (f'qemu -netdev hubport,id=n{number},hubid=0 -device '
            f'virtio-net-pci,netdev=n{number},disable-legacy=on,'
            f'addr={5 + number},mac=52:54:00:00:08:0{number + 1},'
            f'tx=timer,x-txtimer={TX_NS}')


def image(seconds, kills=KILLS):
    """KILLS of them, one in so many SECONDS."""
    period = seconds * 1000
    return f"""
        {card(0)}
        {card(1)}
        kernel-ext --log-level=W
        task virtio-net pci=00:05.0 provides=eth0 restart-delay=0 \
             start-limit=0 -- eth0
        task sender=virtio-net pci=00:06.0 provides=eth1 -- eth1
        task bench=build/tasks/bench/sink memory=8M watchdog=0 restart=no \
             needs=eth0 -- eth0 10.0.8.1/24 {kills}
        task netstack needs=eth1 -- eth1 10.0.8.2/24 source=10.0.8.1
        task killer -- virtio-net {kills} 7 {period - RANDOM_MS} {QUIET_MS}"""


def spread(values):
    values = sorted(values)
    return statistics.median(values), values[len(values) * 99 // 100]


class Transfer:
    """What came of it, by the figures that the sink printed, as pairs, and by
    the lines of the log."""

    def __init__(self, figures, lines):
        found = {}
        for name, value in figures:
            found.setdefault(name.removeprefix('tcp.'), []).append(value)
        rates = [found[f'{what}_bytes'][0] / found[f'{what}_us'][0]
                 for what in ('calm', 'killed')]
        self.rate = rates[0]            # undisturbed: bytes a microsecond
        self.share = round(100 * rates[1] / rates[0], 2)
        self.gap = found['calm_gap_us'][0]
        self.stall = spread(found['gap_us'])
        self.outage = spread(int(match[1]) for match in
                             filter(None, map(OUTAGE.search, lines)))
