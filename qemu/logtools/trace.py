# SPDX-License-Identifier: GPL-2.0-or-later
"""A timeline as Chrome trace events, for ui.perfetto.dev."""
COLOUR = {'ready': 'good', 'starting': 'vsync_highlight_color',
          'down': 'terrible', 'backoff': 'bad', 'failed': 'black',
          'stopped': 'grey', 'waiting': 'grey'}


def micro(seconds):
    return round(seconds * 1e6)


def events(timeline):
    """The object to write as JSON: one track a task."""
    found = [{'ph': 'M', 'pid': 1, 'name': 'process_name',
              'args': {'name': 'tasks'}}]
    for tid, lane in enumerate(timeline.lanes, 1):
        found += [{'ph': 'M', 'pid': 1, 'tid': tid, 'name': name,
                   'args': args} for name, args in (
            ('thread_name', {'name': lane.task}),
            ('thread_sort_index', {'sort_index': tid}))]
        found += [_slice(tid, piece) for piece in lane.slices]
        found += [_instant(tid, mark) for mark in lane.marks]
    return {'displayTimeUnit': 'ms', 'traceEvents': found}


def _slice(tid, piece):
    event = {'ph': 'X', 'pid': 1, 'tid': tid, 'cat': 'state',
             'name': piece.state, 'cname': COLOUR[piece.state],
             'ts': micro(piece.start),
             'dur': micro(piece.end) - micro(piece.start),
             'args': {'incarnation': piece.run}}
    if piece.cause:
        event['args']['cause'] = piece.cause
    return event


def _instant(tid, mark):
    name = f'{mark.kind} {mark.cause}' if mark.cause else mark.kind
    return {'ph': 'i', 's': 't', 'pid': 1, 'tid': tid, 'cat': mark.kind,
            'name': name, 'ts': micro(mark.time),
            'args': {'line': mark.text}}
