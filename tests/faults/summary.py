# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs of the campaign, put together: `summary.py LOG... > committed/X.json`.

What is kept of a log is what the report is made of: how many of what became of
what, marks of the outages and of the times to detection, and each bad outcome
whole; of those that healed by themselves, which are many, the seed."""
import collections
import json
import sys

import programs  # noqa: F401, for the path
from outcome import GOOD

MANY = ('client-error', 'wrong-data')
MARKS = .5, .99, 1      # of outages: the median and so on
KEPT = ('seed', 'class', 'driver', 'kind', 'outcome', 'cause', 'healed',
        'affected', 'why', 'evidence', 'history', 'errors', 'wrong', 'dma', 'done')


def summary(paths):
    """Of logs of one setting: with or without IOMMU, hardened or not."""
    counts, causes = collections.Counter(), collections.Counter()
    outages = collections.defaultdict(list)
    silences = collections.defaultdict(list)
    seeds = {outcome: collections.defaultdict(list) for outcome in MANY}
    bad, strayed, disks, lies = [], [], [], []
    boots, setting, faults = 0, {}, {}
    given_up, healed, times = (collections.Counter() for _ in range(3))
    for record in records(paths):
        if 'boot' in record:
            boots += 1
            setting = {k: record[k] for k in ('iommu', 'hardened', 'placebo')}
        else:       # what is said of a seed last is what became of it
            faults[record['seed']] = record
    for record in faults.values():
        what, became = record['class'], record['outcome']
        counts[what, record['kind'], record['driver'], became] += 1
        if 'cause' in record and (became == 'recovered' or record.get('healed')):
            cause = record['cause'].split(':')[0]
            causes[what, cause] += 1
            if 'outage' in record:
                outages[what].append(record['outage'])
            if cause == 'hang' and 'silent' in record:
                silences[what].append(record['silent'])
        if became == 'given-up':
            given_up[record.get('failed', '?')] += 1
        if record.get('healed'):
            healed[became] += 1
        times.update(name for name in ('late', 'damaged') if name in record)
        if 'disk' in record:
            disks.append(record['seed'])
        if became in GOOD:
            times['errors'] += 'errors' in record
            if 'wrong' in record:
                lies.append(record['seed'])
        if record.get('dma'):
            strayed.append(record['seed'])
        if record.get('healed') and became in MANY:
            seeds[became][f'{what} in {record["driver"]}'].append(record['seed'])
        elif became not in (*GOOD, 'not-placed'):
            bad.append({k: record[k] for k in KEPT if k in record})
    for one in bad:
        if one['outcome'] in MANY:
            one['evidence'] = one.get('evidence', [])[:1]
    return {**setting, 'boots': boots,
            'counts': [[*key, n] for key, n in sorted(counts.items())],
            'causes': [[*key, n] for key, n in sorted(causes.items())],
            'outages': {k: marks(v) for k, v in sorted(outages.items())},
            'silences': {k: marks(v) for k, v in sorted(silences.items())},
            'given_up': given_up.most_common(), 'healed': dict(healed),
            'times': dict(times),
            'seeds': {outcome: {where: sorted(some) for where, some in
                                sorted(places.items())}
                      for outcome, places in seeds.items()},
            'dma': strayed, 'disk': sorted(disks), 'lies': sorted(lies),
            'bad': sorted(bad, key=lambda r: r['seed'])}


def marks(values):
    """How many, and those at MARKS."""
    values = sorted(values)
    return [len(values), *(values[min(len(values) - 1,
                                      int(share * len(values)))]
                           for share in MARKS)]


def records(paths):
    for path in paths:
        for line in open(path):
            if line.endswith('\n'):
                yield json.loads(line)


if __name__ == '__main__':
    print(json.dumps(summary(sys.argv[1:])))
