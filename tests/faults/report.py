#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/reliability.md of the summaries in committed/: `report.py`."""
import collections
import functools
import itertools
import json
import pathlib

from programs import ROOT     # and the path
from outcome import OUTCOMES

COMMITTED = pathlib.Path(__file__).parent / 'committed'
NS = 32                 # of the guest's time for an instruction
DISKS = ('ramdisk', 'virtio-blk')
LISTED = ('client-error', 'wrong-data', 'other-task', 'qemu-lost',
          'kernel-ext-lost', 'kernel-lost')
HEAD = '''# Reliability

What became of faults that were made on purpose, by `tests/faults` (its README says how).
This page is made by `tests/faults/report.py` from `tests/faults/committed/`; do not edit it.

The machine is the one that ships: Debian's kernel, `kernel-ext` and drivers as built (of
commit 6d2befb; what was met has been mended since), in QEMU, whose clock goes {ns} ns an
instruction and leaps where nobody runs. Eleven drivers are used by clients that check all
that they are told: those of the driver that a fault is made in, and of the next, 50 times a
second, the others' once a second, so that what is done to another is seen by then or charged
to a fault that follows. {faults:,} faults are in this report:

    tests/faults/run -n 51000 --seed 83000000 --hardened --log A
    tests/faults/run -n 51000 --seed 84000000 --hardened --iommu --log B
    tests/faults/run -n 1100 --seed 83045360 --hardened --log A         # again
    tests/faults/run -n 3000 --seed 85000000 --log C
    tests/faults/run -n 5000 --seed 86000000 --hardened --placebo --log D
    tests/faults/summary.py A > tests/faults/committed/hardened.json    # and so on
    tests/faults/report.py

The block that was made again had seed 83045724 as one that affected another task: `uart`,
whose line's far end had kept what a fault before had it send. The campaign knows that now;
what is said of a seed last counts.

A fault is made from its seed, that one number: class, driver, kind, and what is drawn after
that. On a machine just booted (`-n 1 --seed ...`) it does the same again, but for what depends
on the host, whose network and files are in it; in the middle of a run it may meet another
moment.

*Manifested* is what had any effect that was seen; *none* says that nothing was seen for as
long as was looked, 120 ms and two rounds of its clients or more: not all instructions are
executed again, nor all words used. *Recovered* is that the driver was replaced and its clients
are served again as they should be, without anyone's help: after a death that they saw as a
delay, or as what `<usrd/client.h>` lets them see; or after they were told an error or other data
than they wrote, and complained (`complains=`, cause `complaint`): a driver that is well by its
heartbeats and answers wrongly is found by nobody else. (If that incarnation has been replaced
by then, the complaint is of nobody, and served again is enough.) Wrong data are counted as
such even so, and a disk's are lost. The campaign's clients complain of all that is not as it
should be.

A fault in text is put back at the first beat after the driver's death, up to 20 ms later, as
all incarnations share the page: the next may die of it too, and waits 10 ms then
(`restart-delay=`). Outages are those of the log, the longest where there were several. QEMU's
time leaps when the campaign stops it, 50 times a second: to when the next timer is due, 5 to
10 ms, which outages contain; what a restart takes by itself is in `tests/bench`.

A device is not pulled out of the machine that has an IOMMU, whose bus does not let it: all
that were given up as *unquiet* are of those without.
'''


EARLIER = {
    'runner': """## Earlier: the same build

The campaign looked less closely, and did not tell yet what a disk keeps from what the next
fault did.
""",
    'build': """## Earlier: other builds

Their `kernel-ext` and `boot/harden` were without what these faults showed to be missing.
"""}


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
    by_class = collections.defaultdict(collections.Counter)
    by_driver = collections.defaultdict(collections.Counter)
    for what, _, driver, outcome, n in data['counts']:
        by_class[what][outcome] += n
        by_driver[driver][outcome] += n
    text = [f'## {title(data)}\n', verdict(totals(data), data)]
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
    return '\n'.join(text + unhealed(data))


def made(data):
    return sum(n for *_, outcome, n in data['counts'] if outcome in OUTCOMES)


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
    times = collections.Counter(data['times'])
    kept = sum(len(some) for where, some in data['seeds']['wrong-data'].items()
               if where.endswith(DISKS))
    given_up = ', '.join(f'{cause} {n}' for cause, n in data['given_up'])
    points = [
        f'{made(data):,} faults in {data["boots"]} boots, {shown:,} manifested.',
        f'Recovered: {back:,} ({share(back, shown)} of what manifested), of '
        f'these {told:,} after a client was told an error, {wrong:,} after it '
        f'was given wrong data ({kept} of these by a disk, which had lost them).',
        f'Not recovered: {total["given-up"]} given up as policy says '
        f'({given_up or "none"}), {total["client-error"] - told} not served again, '
        f'{total["wrong-data"] - wrong} not rid of wrong data, '
        f'{total["qemu-lost"]} ended by a device of QEMU\'s.',
        f'The fault was itself a lie to the client, and what it was told is not '
        f'counted against the driver: errors {times["errors"]}, wrong data '
        f'{len(data["lies"])}.',
        f'Frames came damaged, which the client\'s checksum showed and it did not '
        f'complain of: {times["damaged"]} faults.',
        f'A device wrote to what was nobody\'s (4 MiB of free memory are '
        f'watched) or is text of a driver: {numbered(data["dma"])}.',
        f'Something was on the disk where no client had written: '
        f'{numbered(data["disk"])}.',
        f'Judged to be without effect or over, and yet the driver, or its '
        f'client by what was stored, met something before the operator had '
        f'it replaced: {times["late"]} faults.',
        f'The campaign itself failed: {total["runner-error"]} times, not counted '
        'as faults; the machine ran on.']
    return '\n'.join(f'- {point}' for point in points) + '\n'


def numbered(seeds):
    return f'{len(seeds)} faults' + (
        f' (seeds {" ".join(map(str, seeds))})' if seeds else '')


def share(part, whole):
    return f'{100 * part / max(1, whole):.2f} %'


def back_of(total, data):
    """How many manifested, and how many of these were recovered."""
    return made(data) - total['none'], total['recovered'] + sum(
        data['healed'].get(o, 0) for o in ('wrong-data', 'client-error'))


@functools.lru_cache(None)
def explained():
    """{seed: what is said of it in explanations.json}"""
    return {seed: one for one in json.loads(
        (COMMITTED / 'explanations.json').read_text()) for seed in one['seeds']}


def by_dma(data):
    """How many other tasks were affected by what a device wrote."""
    return sum(one['outcome'] == 'other-task' and
               explained().get(one['seed'], {}).get('dma', False)
               for one in data['bad'])


def totals(data):
    total = collections.Counter()
    for *_, outcome, n in data['counts']:
        total[outcome] += n
    return total


def short(data):
    """A machine's row."""
    total = totals(data)
    shown, back = back_of(total, data)
    return [title(data), f'{made(data):,}', f'{shown:,}', share(back, shown),
            total['kernel-lost'], total['kernel-ext-lost'],
            total['other-task'] - by_dma(data), len(data['dma']) + by_dma(data)]


def shorts(summaries):
    return table(['', 'faults', 'manifested', 'recovered', 'kernel lost',
                  '`kernel-ext` lost', 'another task', 'another\'s memory by DMA'],
                 map(short, summaries))


def bound(summaries):
    """What it says that none was lost."""
    tried = [data for data in summaries if data['hardened']]
    if any(row[4:7] != [0, 0, 0] for row in map(short, tried)):
        return ''
    count = sum(map(made, tried))
    return (f'None of {count:,} on the hardened kernel lost a kernel or '
            f'`kernel-ext`, or affected another task otherwise than by DMA: at 95 % '
            f'confidence fewer than one in {count // 3:,} of such faults does.\n')


def kinds(summaries):
    """What became of each kind, on all machines."""
    rows = collections.defaultdict(collections.Counter)
    for data in summaries:
        for what, kind, _, outcome, n in data['counts']:
            rows[what, kind][outcome] += n
    return '## By kind\n\n' + table(
        ['class', 'kind', *OUTCOMES],
        [[*key, *(rows[key][o] for o in OUTCOMES)] for key in sorted(rows)])


def placebo(data):
    total = totals(data)
    return ('## Placebos\n\nThe same without a fault: what is seen is the '
            'campaign\'s own.\n\n- ' + ', '.join(
                f'{outcome} {n:,}' for outcome, n in total.most_common())
            + f'; frames damaged in {data["times"].get("damaged", 0)}.\n')


def unhealed(data):
    """Each bad outcome that nothing healed, whole."""
    text = []
    for outcome in LISTED:
        for one in (r for r in data['bad'] if r['outcome'] == outcome):
            what = explained().get(one['seed'], {}).get('why') or one.get(
                'affected') or one.get('why') or 'not explained'
            text.append(f'- **{outcome}**, seed {one["seed"]}: {one["class"]} '
                        f'{one["kind"]} in `{one["driver"]}`: {what}')
    return [*text, ''] if text else []


def seeds(summaries):
    text = ['## Seeds of wrong data, recovered\n']
    for data in summaries:
        places = data['seeds']['wrong-data']
        text.append(f'{title(data)}: ' + '; '.join(
            f'{where}: ' + ' '.join(map(str, some))
            for where, some in sorted(places.items()))
                    + '; lies: ' + ' '.join(map(str, data['lies'])) + '.\n')
    return text


def read(folder):
    return sorted((json.loads(path.read_text())
                   for path in folder.glob('*.json')
                   if path.stem != 'explanations'),
                  key=lambda data: (data['iommu'], data['hardened']))


def main():
    found = read(COMMITTED)
    now = [data for data in found if not data['placebo']]
    text = [HEAD.format(ns=NS, faults=sum(map(made, now))), shorts(now),
            bound(now), *map(setting, now), kinds(now),
            *(placebo(data) for data in found if data['placebo'])]
    for name, head in EARLIER.items():
        then = read(COMMITTED / 'earlier' / name)
        text += [head, shorts(then), *itertools.chain(*map(unhealed, then))]
    text += seeds(now)
    (ROOT / 'docs/reliability.md').write_text('\n'.join(text))


if __name__ == '__main__':
    main()
