# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs of the campaign, put together: `summary.py LOG... > committed/X.json`.

What is kept of a log is what the report is made of: how many of what became of
what, each outage and each time to detection, and each bad outcome whole; of
those that healed by themselves, which are many, the seed."""
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
    bad, strayed, boots, ruined, late, setting, seen = \
        [], [], 0, 0, 0, {}, set()
    given_up, healed = collections.Counter(), collections.Counter()
    for record in records(paths):
        if 'boot' in record:
            boots += 1
            setting = {k: record[k] for k in ('iommu', 'hardened')}
        elif record['seed'] not in seen:
            seen.add(record['seed'])
            what = record['class']
            counts[what, record['driver'], record['outcome']] += 1
            if 'cause' in record and (record['outcome'] == 'recovered'
                                      or record.get('healed')):
                cause = record['cause'].split(':')[0]
                causes[what, cause] += 1
                outages[what].append(record.get('outage', 0))
                if cause == 'hang' and 'silent' in record:
                    silences[what].append(record['silent'])
            if record['outcome'] == 'given-up':
                given_up[record.get('failed', '?')] += 1
            if record.get('healed'):
                healed[record['outcome']] += 1
            ruined += 'disk' in record
            late += 'late' in record
            if record.get('dma'):
                strayed.append([record['seed'], record['dma']])
            if record.get('healed') and record['outcome'] in MANY:
                seeds[record['outcome']][f'{what} in {record["driver"]}'
                                         ].append(record['seed'])
            elif record['outcome'] not in (*GOOD, 'not-placed'):
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
            'ruined': ruined, 'late': late,
            'seeds': {outcome: {where: sorted(some) for where, some in
                                sorted(places.items())}
                      for outcome, places in seeds.items()},
            'dma': strayed, 'bad': sorted(bad, key=lambda r: r['seed'])}


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
