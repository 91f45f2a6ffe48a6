#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/reliability.md of the summaries in committed/: `report.py`."""
import collections
import json
import pathlib

import programs  # noqa: F401, for the path
from outcome import OUTCOMES

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMITTED = pathlib.Path(__file__).parent / 'committed'
NS = 32                 # of the guest's time for an instruction
LISTED = ('client-error', 'wrong-data', 'other-task', 'qemu-lost',
          'kernel-ext-lost', 'kernel-lost')
HEAD = '''# Reliability

What became of faults that were made on purpose, by `tests/faults` (its README says how).
This page is made by `tests/faults/report.py` from `tests/faults/committed/`; do not edit it.

The machine is the one that ships: Debian's kernel, `kernel-ext` and drivers as built, in
QEMU, an instruction a {ns} ns of its time. Eleven drivers are used by clients that check all
data all the time. {faults:,} faults are in this report. A fault is made from its seed alone, so
that one number, with the same build, does the same to a machine just booted (what it met in
the middle of a run, it may not meet there):

    tests/faults/run -n 1 --seed 71000070 [--iommu] [--hardened]

and `tests/faults/run -n 100000 --log F`, then `summary.py` and `report.py`, make all of it
anew.

*Manifested* is what had any effect that was seen. *Recovered* is that the driver was
replaced and its clients are served again as they should be, without anyone's help: after a
death that its clients saw as a delay, or what `<usrd/client.h>` lets them see; or after they
were told an error or other data than they wrote, and complained (`complains=`, cause
`complaint`): a driver that is well by its heartbeats and answers wrongly is found by nobody
else. (An error that is over, so that the complaint comes too late for the driver that told it,
is recovered from when all is as it should be again.) The campaign's clients complain of all
that is not as it should be. Wrong data that a client was given are counted as such even so.

A fault in text is put back at the first beat after the driver's death, up to 20 ms later, as
all incarnations share the page: the next may die of it too, and waits 10 ms then
(`restart-delay=`). Outages are those of the log, the longest where there were several. QEMU's
time leaps when the campaign stops it, 50 times a second: to when the next timer is due, 5 to
10 ms, which outages contain; what a restart takes by itself is in `tests/bench`. Not all
instructions are executed again, and not every word is used again: *none* is no achievement.
'''


BEFORE = '''## Before

The build before this one: its `kernel-ext` and `boot/harden` were without what these faults
showed to be missing.
'''


def table(heads, rows):
    lines = ['| ' + ' | '.join(map(str, row)) + ' |' for row in rows]
    return '\n'.join(['| ' + ' | '.join(heads) + ' |',
                      '|' + ' --- |' * len(heads), *lines]) + '\n'


def us(value):
    return f'{value:,} us ({value * 1000 // NS:,})'


def spread(rows):
    return [[name, f'{count:,}', *map(us, marks)]
            for name, (count, *marks) in rows.items()]


def setting(data):
    """One chapter: a machine, with what was run on it."""
    total = collections.Counter()
    by_class = collections.defaultdict(collections.Counter)
    by_driver = collections.defaultdict(collections.Counter)
    for what, driver, outcome, n in data['counts']:
        total[outcome] += n
        by_class[what][outcome] += n
        by_driver[driver][outcome] += n
    text = [f'## {title(data)}\n', verdict(total, data)]
    heads = ['', *OUTCOMES]
    for name, rows in ('class', by_class), ('driver', by_driver):
        text.append(table([name, *heads[1:]], [
            [key, *(rows[key][o] for o in OUTCOMES)] for key in sorted(rows)]))
    text.append('Outages, from death to ready, by class (in brackets '
                'instructions):\n')
    text.append(table(['class', 'recovered', 'median', 'p99', 'maximum'],
                      spread(data['outages'])))
    if data['silences']:
        text.append('Hangs: how long nothing was heard before it was one '
                    '(watchdog 100 ms), which no outage contains:\n')
        text.append(table(['class', 'hangs', 'median', 'p99', 'maximum'],
                          spread(data['silences'])))
    text.append('Causes of the deaths: ' + ', '.join(
        f'{cause} {n}' for cause, n in causes(data).most_common()) + '.\n')
    return '\n'.join(text + listed(data))


def made(data):
    return sum(n for *_, outcome, n in data['counts']
               if outcome != 'not-placed')


def title(data):
    return ('With the IOMMU' if data['iommu'] else 'Without an IOMMU') + (
        ', on `boot/harden`\'s kernel' if data['hardened'] else
        ', on the stock kernel')


def causes(data):
    total = collections.Counter()
    for _, cause, n in data['causes']:
        total[cause] += n
    return total


def verdict(total, data):
    """What it comes to, in words."""
    shown, back = back_of(total, data)
    wrong, told = (data['healed'].get(o, 0) for o in ('wrong-data', 'client-error'))
    pages = sum(n for _, n in data['dma'])
    by_dma = sum(one['outcome'] == 'other-task' and 'dma' in one
                 for one in data['bad'])
    points = [
        f'{made(data):,} faults in {data["boots"]} boots, {shown:,} manifested.',
        f'Kernel lost {total["kernel-lost"]}, `kernel-ext` lost '
        f'{total["kernel-ext-lost"]}, another task affected '
        f'{total["other-task"] - by_dma}.',
        f'Memory that was nobody\'s, or another\'s text, changed by DMA: {pages} '
        'pages' + (f' (seeds {" ".join(str(s) for s, _ in data["dma"])}), and '
                   f'{by_dma} other tasks with it.' if pages else '.'),
        f'Recovered: {back:,} ({share(back, shown)} of what manifested), of '
        f'these {told:,} after a client was told an error, {wrong:,} after it '
        'was given wrong data.',
        f'Not recovered: {total["given-up"]} given up as policy says ('
        + ', '.join(f'{cause} {n}' for cause, n in data['given_up']) + '), '
        f'{total["client-error"] - told} whose clients were not served again, '
        f'{total["wrong-data"] - wrong} with wrong data, '
        f'{total["qemu-lost"]} where a device of QEMU\'s had it end itself.',
        f'Disks written to where no client had asked for: {data["ruined"]}.',
        f'Met something yet when their fault had been judged to have no effect '
        f'or to be over, and before they were killed to be rid of it: '
        f'{data["late"]} drivers.']
    return '\n'.join(f'- {point}' for point in points) + '\n'


def share(part, whole):
    return f'{100 * part / max(1, whole):.2f} %'


def back_of(total, data):
    """How many manifested, and how many of these were recovered."""
    return made(data) - total['none'], total['recovered'] + sum(
        data['healed'].get(o, 0) for o in ('wrong-data', 'client-error'))


def short(data):
    """A machine's row."""
    total = collections.Counter()
    for *_, outcome, n in data['counts']:
        total[outcome] += n
    shown, back = back_of(total, data)
    return [title(data), f'{made(data):,}', f'{shown:,}', share(back, shown),
            *(total[o] for o in ('kernel-lost', 'kernel-ext-lost', 'other-task')),
            sum(n for _, n in data['dma'])]


def shorts(summaries):
    return table(['', 'faults', 'manifested', 'recovered', 'kernel lost',
                  '`kernel-ext` lost', 'another task', 'pages by DMA'],
                 map(short, summaries))


def unhealed(data):
    """Each bad outcome that nothing healed, whole."""
    why = json.loads((COMMITTED / 'explanations.json').read_text())
    text = []
    for outcome in LISTED:
        for one in (r for r in data['bad'] if r['outcome'] == outcome):
            seed = str(one['seed'])
            what = why.get(seed) or (one.get('affected') or one.get('why') or
                                     'not explained')
            text.append(f'- **{outcome}**, seed {seed}: {one["class"]} '
                        f'{one["kind"]} in `{one["driver"]}`: {what}')
    return [*text, ''] if text else []


def listed(data):
    """And wrong data by their seeds."""
    return unhealed(data) + seeds('`wrong-data`, recovered', data['seeds']['wrong-data'])


def seeds(what, places):
    return [f'Seeds of {what}: ' + '; '.join(
        f'{where}: ' + ' '.join(map(str, sorted(some)))
        for where, some in sorted(places.items())) + '.\n'] if places else []


def read(folder):
    return sorted((json.loads(path.read_text())
                   for path in folder.glob('*.json')
                   if path.stem != 'explanations'),
                  key=lambda data: (data['iommu'], data['hardened']))


def main():
    now, before = read(COMMITTED), read(COMMITTED / 'before')
    text = [HEAD.format(ns=NS, faults=sum(map(made, now))), shorts(now),
            *map(setting, now)]
    if before:
        text += [BEFORE, shorts(before)]
        for data in before:
            text += unhealed(data)
    (ROOT / 'docs/reliability.md').write_text('\n'.join(text))


if __name__ == '__main__':
    main()
