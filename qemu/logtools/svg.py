# SPDX-License-Identifier: GPL-2.0-or-later
"""A timeline as one self-contained SVG: a lane a task, its incarnations as
bars, its deaths and outages marked with their cause.  An outage is drawn to
scale, but never thinner than can be seen."""
import math
from xml.sax.saxutils import escape

from . import line as logline

WIDTH, LEFT, RIGHT, TOP = 960, 110, 24, 58
LANE, BAR, THIN = 46, 18, 3
CHAR = 6.1      # width of a letter at 11 px
STYLE = '''
svg { font: 12px ui-sans-serif, system-ui, sans-serif; }
.paper { fill: #fff; } text { fill: #24292f; } .dim { fill: #6e7781; }
.small { font-size: 11px; } .run { fill: #fff; font-size: 11px; }
.grid { stroke: #d8dee4; } .lane { fill: #f6f8fa; }
.ready { fill: #2da44e; } .starting { fill: #54aeff; }
.waiting { fill: #d0d7de; } .down { fill: #cf222e; }
.backoff { fill: #d4a72c; } .failed { fill: #82071e; }
.stopped { fill: #8c959f; } .mark { fill: #cf222e; }
.note { fill: #bf8700; }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; } text { fill: #e6edf3; } .dim { fill: #8d96a0; }
.grid { stroke: #30363d; } .lane { fill: #161b22; }
.waiting { fill: #484f58; } }
'''.strip()
LEGEND = ('waiting', 'starting', 'ready', 'down', 'backoff', 'failed',
          'stopped')


def draw(timeline, title='', first=0.0, last=None):
    """The SVG's text, for the seconds from first to last."""
    if last is None:
        last = timeline.end + (timeline.end - first) * 0.06
    lanes = [lane for lane in timeline.lanes
             if any(s.end >= first and s.start <= last for s in lane.slices)]
    view = View(first, max(last, first + 1e-3), len(lanes))
    parts = [*view.head(title), *view.axis(), *view.legend(
        {s.state for lane in lanes for s in lane.slices})]
    for row, lane in enumerate(lanes):
        parts += view.lane(row, lane)
    return '\n'.join([*parts, '</svg>']) + '\n'


class View:
    def __init__(self, first, last, rows):
        self.first, self.last, self.rows = first, last, rows
        self.scale = (WIDTH - LEFT - RIGHT) / (last - first)
        self.bottom = TOP + rows * LANE
        self.height = self.bottom + 28

    def x(self, time):
        time = min(max(time, self.first), self.last)
        return round(LEFT + (time - self.first) * self.scale, 1)

    def head(self, title):
        yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
               f'height="{self.height}" viewBox="0 0 {WIDTH} {self.height}">')
        yield f'<style>{STYLE}</style>'
        yield (f'<rect class="paper" width="{WIDTH}" height="{self.height}" '
               'rx="6"/>')
        yield f'<text x="14" y="24" font-weight="600">{escape(title)}</text>'

    def axis(self):
        step = _step((self.last - self.first) / 9)
        time = math.ceil(self.first / step) * step
        while time <= self.last + step / 1e6:
            x = self.x(time)
            yield (f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP - 4}" '
                   f'y2="{self.bottom + 4}"/>')
            yield (f'<text class="dim small" x="{x}" y="{self.bottom + 18}" '
                   f'text-anchor="middle">{_seconds(time, step)}</text>')
            time += step

    def legend(self, used):
        x = LEFT
        for state in LEGEND:
            if state in used:
                yield (f'<rect class="{state}" x="{x}" y="34" width="10" '
                       f'height="10" rx="2"/><text class="dim small" '
                       f'x="{x + 14}" y="43">{state}</text>')
                x += 30 + round(CHAR * len(state))
        yield (f'<path class="mark" d="{_triangle(x + 4, 44)}"/><text '
               f'class="dim small" x="{x + 14}" y="43">death</text>')

    def lane(self, row, lane):
        top = TOP + row * LANE
        if row % 2 == 0:
            yield (f'<rect class="lane" x="8" y="{top}" width="{WIDTH - 16}" '
                   f'height="{LANE}" rx="4"/>')
        y = top + 21
        yield (f'<text x="18" y="{y + 13}" font-weight="600">'
               f'{escape(lane.task)}</text>')
        shown = [s for s in lane.slices
                 if s.end >= self.first and s.start <= self.last]
        if shown and shown[-1] is lane.slices[-1]:
            shown[-1].end = max(shown[-1].end, self.last)   # it goes on
        # The thin ones last, so that no long one covers them.
        for piece in sorted(shown, key=lambda s: s.start - s.end):
            yield self._bar(piece, y, lane.task)
        yield from self._marks(lane, y)

    def _bar(self, piece, y, task):
        x, end = self.x(piece.start), self.x(piece.end)
        width = round(max(end - x, THIN), 1)
        tip = (f'{task}#{piece.run} {piece.state} {piece.cause} '
               f'{piece.start:.6f} s, {piece.end - piece.start:.6f} s long')
        text = (f'<rect class="{piece.state}" x="{x}" y="{y}" width="{width}" '
                f'height="{BAR}" rx="2"><title>{escape(tip)}</title></rect>')
        label = f'#{piece.run}'
        if piece.state in ('failed', 'stopped'):
            label = piece.state
        elif piece.state != 'ready':
            return text
        if width > CHAR * len(label) + 8:
            text += f'<text class="run" x="{x + 5}" y="{y + 13}">{label}</text>'
        return text

    def _marks(self, lane, y):
        """Deaths over the rest, with as many labels as there is room for."""
        shown = [m for m in lane.marks if self.first <= m.time <= self.last]
        for mark in sorted(shown, key=lambda m: m.kind == 'death'):
            kind = 'mark' if mark.kind == 'death' else 'note'
            at = _triangle(self.x(mark.time), y - 1)
            yield (f'<path class="{kind}" d="{at}">'
                   f'<title>{escape(mark.text)}</title></path>')
        labelled = [mark for mark in shown if mark.kind != 'failed']
        ends = [self.x(mark.time) - 6 for mark in labelled[1:]]
        for mark, end in zip(labelled, [*ends, WIDTH - 10]):
            x = self.x(mark.time) + 7
            if words := _fitting(mark, end - x):
                yield (f'<text class="small" x="{x:.1f}" y="{y - 4}">'
                       f'{escape(words)}</text>')


def _fitting(mark, width):
    """As much of the cause and the outage as there is room for."""
    cause = mark.cause or mark.kind
    short = cause.split(':')[-1] if cause.startswith('exception') else cause
    took = _took(logline.seconds(mark.outage))
    for words in (f'{cause} {took}', f'{short} {took}', cause, short):
        if CHAR * len(words.strip()) <= width:
            return words.strip()
    return ''


def _took(seconds):
    if seconds is None:
        return ''
    for unit, name in ((1, 's'), (1e-3, 'ms')):
        if seconds >= unit:
            return f'{seconds / unit:.3g} {name}'
    return f'{seconds * 1e6:.0f} us'


def _triangle(x, y):
    return f'M{x} {y}l-4 -8h8z'


def _step(rough):
    """The round number of seconds nearest above rough."""
    power = 10 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= rough)


def _seconds(time, step):
    if step >= 0.01:
        return f'{time:.{max(0, -math.floor(math.log10(step)))}f} s'
    if step >= 1e-3:
        return f'{time * 1e3:.0f} ms'
    return f'{time * 1e6:.0f} us'
