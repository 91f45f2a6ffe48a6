# SPDX-License-Identifier: GPL-2.0-or-later
"""A timeline in a few words: a line a task."""
import collections


def lines(timeline):
    rows = [('task', 'runs', 'state', 'deaths', 'worst outage', 'causes')]
    for lane in timeline.lanes:
        causes = collections.Counter(mark.cause for mark in lane.deaths)
        worst = f'{max(lane.outages) * 1e3:.3f} ms' if lane.outages else '-'
        runs = max((s.run for s in lane.slices), default=0)
        rows.append((lane.task, str(runs),
                     lane.slices[-1].state if lane.slices else '-',
                     str(len(lane.deaths)), worst,
                     ' '.join(f'{cause}*{n}' if n > 1 else cause
                              for cause, n in causes.most_common())))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield '  '.join(cell.ljust(width) for cell, width
                        in zip(row, widths)).rstrip()
