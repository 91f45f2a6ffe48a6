# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs TAP programs side by side and tells how each went."""
import json
import os
import signal
import subprocess
import threading
import time

from . import tap

LIMIT = 900         # seconds for a program, whatever it waits for


class Program:
    def __init__(self, path, name):
        self.path, self.name = path, name
        self.results, self.output, self.seconds = [], '', 0.0

    def run(self, root, limit=LIMIT):
        began = time.monotonic()
        process = subprocess.Popen(
            [self.path], cwd=root, text=True, errors='replace',
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self.output, _ = process.communicate(timeout=limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            self.output, _ = process.communicate()
            status = f'ended after {limit} s'
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        self.seconds = time.monotonic() - began
        self.results = tap.read(self.output.splitlines(), status)

    def count(self, state):
        return sum(result.state == state for result in self.results)


class Runner:
    """Longest first, as they took the last time, so that none ends alone."""

    def __init__(self, root, jobs, verbose, limit=LIMIT):
        self.root, self.jobs, self.verbose = root, jobs, verbose
        self.limit = limit
        self.memory = root / 'build' / 'tests' / 'seconds.json'
        self._lock = threading.Lock()

    def run(self, programs):
        took = self._took()
        waiting = sorted(programs, key=lambda p: -took.get(p.name, 1e9))
        threads = [threading.Thread(target=self._work, args=(waiting,),
                                    daemon=True) for _ in range(self.jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        self.memory.write_text(json.dumps(
            {**took, **{p.name: round(p.seconds, 2) for p in programs}}))

    def _took(self):
        try:
            return json.loads(self.memory.read_text())
        except (OSError, ValueError):
            return {}

    def _work(self, waiting):
        while True:
            with self._lock:
                if not waiting:
                    return
                program = waiting.pop(0)
            try:
                program.run(self.root, self.limit)
            except OSError as why:
                program.results = [tap.Result('it runs', 'failed', str(why))]
            with self._lock:
                self._tell(program)

    def _tell(self, program):
        failed, skipped = program.count('failed'), program.count('skipped')
        print(f'{"not ok" if failed else "ok":6} {program.name:32} '
              f'{program.count("passed"):4} passed'
              + (f', {failed} failed' if failed else '')
              + (f', {skipped} skipped' if skipped else '')
              + f'  {program.seconds:.1f} s', flush=True)
        if self.verbose or failed and not any(
                r.state == 'failed' and r.name != 'exit status'
                for r in program.results):
            print(_indented(program.output), flush=True)
            return
        for result in program.results:
            if result.state == 'failed':
                print(_indented(f'not ok {result.name}\n{result.detail}'))
            elif result.state == 'skipped':
                print(_indented(f'skipped {result.name}: {result.detail}'),
                      flush=True)


def _indented(text):
    return '\n'.join(f'       {line}' for line in text.rstrip().splitlines())
