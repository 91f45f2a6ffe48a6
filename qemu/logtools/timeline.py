# SPDX-License-Identifier: GPL-2.0-or-later
"""What a log says, as one lane a task: slices of states, and marks."""
from . import line as logline

# verb -> the state that begins with it.
BEGINS = {'adopt': 'waiting', 'wait': 'waiting', 'start': 'starting',
          'ready': 'ready', 'restart': 'ready', 'death': 'down',
          'backoff': 'backoff', 'failed': 'failed', 'stopped': 'stopped',
          'refuse': 'failed'}
MARKS = ('death', 'failed', 'stopped', 'refuse', 'starved', 'stuck', 'deny',
         'error', 'flood')


class Slice:
    def __init__(self, state, start, run, cause=''):
        self.state, self.start, self.end = state, start, start
        self.run, self.cause = run, cause


class Mark:
    def __init__(self, kind, time, run, text, cause=''):
        self.kind, self.time, self.run = kind, time, run
        self.text, self.cause = text, cause
        self.outage = ''


class Lane:
    """One task: slices and marks, each in the order of time."""

    def __init__(self, task):
        self.task, self.slices, self.marks = task, [], []
        self._restarts = []

    def add(self, line):
        if line.verb in MARKS:
            self.marks.append(Mark(line.verb, line.time, line.run or 0,
                                   line.text.split('] ', 1)[1],
                                   line.keys.get('cause', '')))
        if line.verb == 'restart':
            self._restarts.append((line.time, line.keys.get('outage', '')))
        if state := BEGINS.get(line.verb):
            self.slices.append(Slice(state, line.time, line.run or 0,
                                     line.keys.get('cause', '')))

    def close(self, end):
        """Order the slices and end each where the next begins."""
        self.slices.sort(key=lambda s: s.start)
        self.marks.sort(key=lambda m: m.time)
        merged = []
        for piece in self.slices:
            if merged and (merged[-1].state, merged[-1].run) == (piece.state,
                                                                 piece.run):
                continue
            merged.append(piece)
        for piece, after in zip(merged, merged[1:]):
            piece.end = after.start
        if merged:
            merged[-1].end = max(end, merged[-1].start)
        self.slices = merged
        for time, outage in self._restarts:
            before = [mark for mark in self.deaths if mark.time <= time]
            if before:
                before[-1].outage = outage

    @property
    def outages(self):
        """How long, in seconds, for each restart."""
        return [logline.seconds(outage) or 0.0
                for _, outage in self._restarts]

    @property
    def deaths(self):
        return [mark for mark in self.marks if mark.kind == 'death']


class Timeline:
    def __init__(self, lines):
        self.lanes, self.start, self.end = [], 0.0, 0.0
        found = {}
        for line in lines:
            self.end = max(self.end, line.time)
            if line.task in ('kernel-ext', 'guard'):
                continue
            if line.task not in found:
                found[line.task] = Lane(line.task)
            found[line.task].add(line)
        self.lanes = [lane for lane in found.values()
                      if lane.slices or lane.marks]
        for lane in self.lanes:
            lane.close(self.end)


def read(stream, complain=lambda text, why: None):
    """The log's lines out of console text; the malformed are complained of."""
    for raw in stream:
        text = logline.plain(logline.clean(raw))
        try:
            line = logline.parse(text)
        except logline.Malformed as why:
            complain(text, why)
            continue
        if line:
            yield line
