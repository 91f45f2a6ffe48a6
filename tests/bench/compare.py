#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures beside the committed ones of this compiler: at most 2 % more.

The hardware is emulated and counted, so a figure that moves is the code's."""
import importlib.machinery
import importlib.util
import json
import pathlib

from harness import Failed, tap

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 0.02
PEER = 'linux.'     # not ours, and not everywhere
# What was promised, whatever was committed.
REACH = {'restart.crash_to_ready.median': 90_000,
         'restart.crash_to_ready.p99': 90_000,
         'hang.spinning_to_ready.worst': 120_000,
         'hang.blocked_to_ready.worst': 120_000,
         'call.device_get_status.median': 4_000,
         'io.read_16': 5_000,
         'io.client_read_16': 5_000,
         'size.hello': 64 * 1024}


def program():
    loader = importlib.machinery.SourceFileLoader('run', str(HERE / 'run'))
    spec = importlib.util.spec_from_loader('run', loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def committed(compiler):
    """{name: value} as committed for this compiler, None without any."""
    for path in sorted((HERE / 'committed').glob('*.json')):
        content = json.loads(path.read_text())
        if content['compiler'] == compiler:
            return {f['name']: f['value'] for f in content['figures']}
    return None


def judge(out, figure, before):
    name, value, unit = figure['name'], figure['value'], figure['unit']
    text = f'{name}: {value:,} {unit}'
    if name.startswith(PEER):
        out.point(True, text)
        return
    if name in REACH:
        out.point(value <= REACH[name], f'{text}, reach {REACH[name]:,}')
    if before is None:
        out.skip(text, 'no figures of this compiler are committed')
    elif name not in before:
        out.point(False, text, ['not committed: tests/bench/run --commit'])
    else:
        limit = before[name] * (1 + TOLERANCE)
        out.point(value <= limit, f'{text}, committed {before[name]:,}')


def main():
    out, run = tap.Writer(), program()
    try:
        figures = run.measure(show=lambda text: None, fetch=False)
    except Failed as why:
        out.point(False, 'the images run', [str(why)])
        figures = []
    before = committed(run.compiler())
    for figure in figures:
        judge(out, figure, before)
    if before:
        gone = sorted(name for name in before.keys() -
                      {figure['name'] for figure in figures}
                      if not name.startswith(PEER))
        out.point(not gone, 'nothing committed is missing', gone)
    out.plan()
    raise SystemExit(bool(out.failed))


main()
