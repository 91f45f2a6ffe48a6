#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""qemu/log: what it shows, what it turns a saved log into."""
import json
import os
import pathlib
import pty
import select
import subprocess
import tempfile
import xml.etree.ElementTree as xml

from harness import tap
from logtools import terminal, timeline
from logtools.symbols import Symbols
from logtools.table import Table

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOG = ROOT / 'qemu' / 'log'
SAMPLE = pathlib.Path(__file__).with_name('sample.log')
PROGRAM = '''
__attribute__((noinline)) int inner(int *p) { return *p; }
void _start(void) { inner(0); for (;;) ; }
'''


def lines():
    with open(SAMPLE) as stream:
        return list(timeline.read(stream))


def tool(*words):
    return subprocess.run([LOG, *words, SAMPLE], text=True, check=True,
                          capture_output=True).stdout


class NoSymbols:
    def annotate(self, text, _task):
        return text


def filtered(*pieces, flush=True):
    """What the filter wrote after each piece."""
    seen = []
    out = terminal.Filter(NoSymbols(), False, seen.append)
    result = []
    for piece in pieces:
        out.feed(piece)
        result.append(''.join(seen))
    if flush:
        out.flush()
        result.append(''.join(seen))
    return result


def conversions(out):
    table, found = Table(), lines()
    wrong = [line.text for line in found if table.complaint(line)]
    out.point(len(found) == 26 and not wrong, 'the sample is a log', wrong)
    objects = [json.loads(text) for text in tool('--json').splitlines()]
    out.point(len(objects) == len(found) and objects[13] == {
        'time': 0.3009, 'level': 'I', 'task': 'flaky', 'incarnation': 2,
        'verb': 'restart', 'cause': 'exception:bad-access',
        'outage': '900us', 'try': '1/5'}, '--json', [str(objects[13])])
    events = json.loads(tool('--trace'))['traceEvents']
    slices = [e for e in events if e['ph'] == 'X' and e['tid'] == 2]
    out.point([e['name'] for e in slices] == [
        'waiting', 'starting', 'ready', 'down', 'ready', 'down', 'starting',
        'ready', 'down', 'backoff', 'ready', 'down', 'failed'],
        "--trace: the states of flaky's track", [str(slices)])
    out.point(all(a['ts'] + a['dur'] == b['ts'] for a, b
                  in zip(slices, slices[1:])), '--trace: slices do not overlap')
    out.point(sum(e['ph'] == 'i' and e['cat'] == 'death' for e in events) == 4,
              '--trace: deaths are instants')
    picture = tool('--svg', '--title', 'a < b')
    texts = [node.text for node in xml.fromstring(picture).iter()]
    out.point({'a < b', 'hello', 'flaky', 'caller', 'exception:bad-access 900 us',
               'failed'} <= set(texts), '--svg', [str(texts)])
    summary = tool('--summary').split('\n')
    out.point(summary[2].split()[:6] == ['flaky', '4', 'failed', '4', '21.000',
                                         'ms'], '--summary', summary)
    out.point(tool() == SAMPLE.read_text(), 'without a terminal: unchanged')


def live(out):
    line = '[    1.000000] I hello#1 start\n'
    out.point(filtered('usrd> ')[0] == 'usrd> ', 'a prompt passes at once')
    out.point(filtered('usrd> ', 's', 't')[2] == 'usrd> st',
              'what is typed passes at once')
    out.point(filtered(line[:20], line[20:])[:2] == ['', line],
              'a line of the log is held until it is whole')
    out.point(filtered('[ ')[1] == '[ ', 'but not for ever')
    out.point(filtered('[x')[0] == '[x', 'what only begins like one passes')
    out.point(filtered('usrd> \r\x1b[K' + line + 'usrd> ')[0]
              == 'usrd> \r\x1b[K' + line + 'usrd> ', 'a prompt put back')
    out.point(filtered('a\x1b', '[Kb')[1] == 'a\x1b[Kb', 'a split escape')
    seen = []
    paint = terminal.Filter(NoSymbols(), True, seen.append)
    paint.feed('usrd> \r\x1b[K' + line)
    out.point('\x1b[0m start' in ''.join(seen), 'colours after a prompt', seen)


def on_a_terminal(out):
    """Through a pty: colours, and nothing waits for a newline."""
    master, slave = pty.openpty()
    with subprocess.Popen([LOG], stdin=subprocess.PIPE, stdout=slave) as child:
        os.close(slave)
        os.write(child.stdin.fileno(), b'usrd> ')
        ready = select.select([master], [], [], 20)[0]
        out.point(ready and os.read(master, 100) == b'usrd> ',
                  'a live prompt comes through')
        os.write(child.stdin.fileno(), b'\n[    1.000000] E a#1 start\n')
        text = b''
        while b'start' not in text and select.select([master], [], [], 20)[0]:
            text += os.read(master, 1000)
        out.point(b'\x1b[1;31m E\x1b[0m' in text, 'an error is red',
                  [repr(text)])
        child.stdin.close()
    os.close(master)


def symbols(out):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / 'deadly.c'
        source.write_text(PROGRAM)
        elf = source.with_suffix('')
        subprocess.run(['gcc', '-g', '-O1', '-static', '-nostdlib', '-no-pie',
                        '-fno-pic', '-Wl,-Ttext-segment=0x7d000000',
                        '-o', elf, source], check=True)
        names = subprocess.run(['nm', elf], text=True, capture_output=True,
                               check=True).stdout.split()
        address = int(names[names.index('inner') - 2], 16)
        found = Symbols([folder])
        out.point(found.where(address) == 'inner deadly.c:2',
                  'function and line', [str(found.where(address))])
        text = f'[    1.000000] E x#1 frame n=1 ra={address + 1:#x}'
        out.point(found.annotate(text) == f'{text} <inner deadly.c:2>',
                  'after ra=: the call')
        once = found.annotate(text)
        out.point(found.annotate(once) == once, 'not twice')
        out.point([line.text for line in timeline.read([once])] == [text],
                  'an annotated log can be read again')
        out.point(found.annotate('pc=0x7e000000') == 'pc=0x7e000000',
                  'an address of nobody')


def main():
    out = tap.Writer()
    for test in (conversions, live, on_a_terminal, symbols):
        test(out)
    out.plan()
    raise SystemExit(bool(out.failed))


main()
