#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""nbd-kill.py for longer: 64 MiB, each driver killed once a second; and how long
fio's requests took, beside those of the same without kills."""
from harness import nbd
from harness.scenario import Scenario

BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)  # ms, up to

s = Scenario('', seconds=1200, sleep=True)


def fio(server, name):
    job = nbd.fio(server, '--rw=randrw', '--io_size=64m', '--fsync=256',
                  name=f'fio, {name}', timeout=900)
    return job and [job[way]['clat_ns'] for way in ('read', 'write')]


def histogram(ways):
    """Of all requests: percent in each bucket, and the longest in ms."""
    counts = [0] * (len(BUCKETS) + 1)
    for way in ways:
        for ns, n in way['bins'].items():
            ms = int(ns) / 1e6
            counts[sum(ms > limit for limit in BUCKETS)] += n
    return ([100 * n / sum(counts) for n in counts],
            max(way['max'] for way in ways) / 1e6)


def table(found):
    columns = {name: histogram(ways) for name, ways in found.items()}
    names = [f'to {limit} ms' for limit in BUCKETS] + ['longer']
    s.tap.note(f'{"":12}' + ''.join(f'{name:>12}' for name in columns))
    for n, name in enumerate(names):
        s.tap.note(f'{name:12}' + ''.join(
            f'{shares[n]:10.3f} %' for shares, _ in columns.values()))
    s.tap.note(f'{"longest":12}' + ''.join(
        f'{longest:9.1f} ms' for _, longest in columns.values()))


found = {}
for name, more in ('still', ''), ('kills', nbd.killers(1000)):
    server = nbd.Server(s, size=64 << 20, more=more,
                        words='start-limit=0 restart-delay=0')
    with s.boot(server.image, name) as m:
        server.up(m)
        if more:
            for _ in range(3):
                server.copy_out()
                server.copy_in()
            nbd.write_files(server, s.folder)
        found[name] = fio(server, name)
        deaths = sum(' death ' in line for line in m.lines)
        s.check((deaths >= 40) == bool(more), f'{name}: {deaths} deaths')
if all(found.values()):
    table(found)
s.forbid(r' (virtio-\w+)#\d+ death cause=(?!operator)',
         'they died of the kills only')
s.forbid(r' (nbd|ram)#([2-9]|1 death)', 'nobody else died')
s.done()
