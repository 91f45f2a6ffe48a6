# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs of the campaign, put together: `summary.py LOG... > committed/X.json`.

What is kept of a log is what the report is made of: how many of what became of
what, each outage and each time to detection, and each bad outcome whole."""
import collections
import json
import sys

import programs  # noqa: F401, for the path
from outcome import GOOD

KEPT = ('seed', 'class', 'driver', 'kind', 'outcome', 'cause', 'served',
        'affected', 'why', 'evidence', 'errors', 'wrong', 'dma', 'done')


def summary(paths):
    """Of logs of one setting: with or without IOMMU, hardened or not."""
    counts, causes = collections.Counter(), collections.Counter()
    outages = collections.defaultdict(list)
    silences = collections.defaultdict(list)
    bad, strayed, boots, setting, seen = [], [], 0, {}, set()
    given_up, mute = collections.Counter(), 0
    for record in records(paths):
        if 'boot' in record:
            boots += 1
            setting = {k: record[k] for k in ('iommu', 'hardened')}
        elif record['seed'] not in seen:
            seen.add(record['seed'])
            what = record['class']
            counts[what, record['driver'], record['outcome']] += 1
            if record['outcome'] == 'recovered':
                cause = record['cause'].split(':')[0]
                causes[what, cause] += 1
                outages[what].append(record.get('outage', 0))
                if cause == 'hang' and 'silent' in record:
                    silences[what].append(record['silent'])
            elif record['outcome'] == 'given-up':
                given_up[record.get('failed', '?')] += 1
            elif record['outcome'] == 'client-error':
                mute += not record.get('errors')
            if record.get('dma'):
                strayed.append([record['seed'], record['dma']])
            if record['outcome'] not in (*GOOD, 'not-placed'):
                bad.append({k: record[k] for k in KEPT if k in record})
    for one in bad:     # those that are many are told apart by their seeds
        if one['outcome'] in ('client-error', 'wrong-data'):
            one['evidence'] = one.get('evidence', [])[:1]
            one.pop('done', None)
    return {**setting, 'boots': boots,
            'counts': [[*key, n] for key, n in sorted(counts.items())],
            'causes': [[*key, n] for key, n in sorted(causes.items())],
            'outages': {k: sorted(v) for k, v in sorted(outages.items())},
            'silences': {k: sorted(v) for k, v in sorted(silences.items())},
            'given_up': given_up.most_common(), 'mute': mute,
            'dma': strayed, 'bad': sorted(bad, key=lambda r: r['seed'])}


def records(paths):
    for path in paths:
        for line in open(path):
            if line.endswith('\n'):
                yield json.loads(line)


if __name__ == '__main__':
    print(json.dumps(summary(sys.argv[1:])))
