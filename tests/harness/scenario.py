# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario: an image, what its console must say, what it must never say."""
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import traceback

import image as bootimage
import iso as bootiso
from logtools import line as logline
from logtools.table import Table

from . import direct, qemu, tap
from .machine import Failed, Machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
WITHOUT = ROOT / 'build' / 'tests' / 'without'
# The kernel's own words after kernel-ext's first line: who gets a line, and
# how it goes down.
KERNEL = (r'^$', r'^intnull\(\d+\)',
          r'^irq handler \[\d+\]: new delivery port ',
          r'^Shutdown completed', r'^In tight loop', r'^rebooting',
          r'^Rebooting', r'^Halting', r'^Press (any|a) key')


class Boot(Machine):
    """A Machine whose expectations are points of the scenario's TAP."""

    def __init__(self, scenario, *args):
        self._tap, self.image_has_console = scenario.tap, False
        super().__init__(*args)

    def expect(self, pattern, timeout=None, name=None, partial=False):
        """The next line with pattern: its match."""
        return self._point(name or pattern, self.wait, pattern, timeout,
                           partial)

    def expect_prompt(self, pattern, timeout=None):
        return self.expect(pattern, timeout, partial=True)

    def expect_count(self, pattern, count, timeout=None):
        """So many lines with pattern from here on: their matches."""
        return self._point(f'{count} times {pattern}', lambda: [
            self.wait(pattern, timeout) for _ in range(count)])

    def expect_all(self, *patterns, timeout=None):
        """A line with each pattern, in any order: the matches."""
        return self._point('in any order: ' + ', '.join(patterns),
                           self.wait_all, patterns, timeout)

    def expect_none(self, pattern, seconds):
        return self._point(f'none in {seconds} s: {pattern}', self.quiet,
                           pattern, seconds)

    def expect_exit(self, status=0, timeout=None):
        found = self._point('the guest exits', self.exit_status, timeout)
        if not self._tap.point(found == status, f'exit status {status}',
                               [f'it was {found}'] * (found != status)):
            raise Failed('exit status')

    def expect_ktap(self, task, timeout=None):
        """The results that a task prints, as points under one."""
        guest = tap.Guest()
        end = self._until(timeout)
        try:
            with self._news:
                while not guest.complete:
                    match = self._wait(re.compile(
                        rf' {re.escape(task)}#\d+ log '), end, False)
                    guest.feed(logline.parse(match.string).keys['text'])
        except Failed as why:
            self._tap.nested(guest.lines)
            self._tap.point(False, task, [str(why)])
            raise
        self._tap.nested(guest.lines)
        if not self._tap.point(guest.failed == 0, f'{task}: '
                               f'{guest.passed} of {guest.plan} passed'):
            raise Failed(task)
        return guest

    def _point(self, name, action, *args):
        try:
            found = action(*args)
        except Failed as why:
            last = [f'  {text}' for text in self.lines[-12:]]
            self._tap.point(False, name, [f'{why}; the last lines:', *last])
            raise
        self._tap.point(True, name)
        return found


class Scenario:
    """Text of an image or the path of one, seconds of the host's time for each boot.

    icount is the shift, None for the host's clock; sleep=True waits through
    idle time.  allow: patterns of lines that are not of the log.

    GRUB boots the ISO of an image that is a path; QEMU loads a text's files
    itself, which is quicker, unless grub=True."""

    def __init__(self, image, seconds=20, icount=5, sleep=False, allow=(),
                 grub=False):
        script = pathlib.Path(sys.argv[0]).resolve()
        self.script, self.name = script, script.stem
        self.image, self.seconds, self.grub = image, seconds, grub
        self.time = None if icount is None else (icount, not sleep)
        # What the host does meanwhile is not seen by the guest's clock.
        self.exact = icount is not None and not sleep
        self.recording = bool(os.environ.get('RECORD'))
        self.allow = [re.compile(p) for p in (*KERNEL, *allow)]
        self.table, self.tap = Table(), tap.Writer()
        self.folder = ROOT / 'build' / 'tests' / self.name
        if self.recording:
            self.folder = self.folder / 'recording'
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.boots = []
        title = (sys.modules['__main__'].__doc__ or '').strip()
        self.tap.note(*title.splitlines())
        sys.excepthook = self._broken

    @contextlib.contextmanager
    def boot(self, image=None, name='', args=(), qmp=False, seconds=None,
             without=None):
        """A boot under name; the block ends at the first thing that fails.
        without: that kernel-ext of build/tests/without."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        try:
            built, media, cwd = self._build(image or self.image, folder,
                                            without)
        except bootimage.ImageError as why:
            self.tap.point(False, 'the image is built', [str(why)])
            with contextlib.suppress(Failed):
                yield _Nothing()
            return
        record = folder / 'recording' if self.recording else None
        words = qemu.command(media, [*built.qemu, *args], folder, self.time,
                             record, qmp, cwd)
        machine = Boot(self, words, folder, seconds or self.seconds, cwd)
        self.boots.append(machine)
        failed = self.tap.failed
        try:
            yield machine
        except Failed as why:
            if self.tap.failed == failed:   # of what no point has told
                self.tap.point(False, 'what was asked of it', [str(why)])
        finally:
            machine.stop()
            self._judge(machine, built, name)

    def check(self, good, name, *detail):
        return self.tap.point(bool(good), name, detail)

    def forbid(self, pattern, name=None):
        """No line of any boot so far has it."""
        found = [text for boot in self.boots for text in boot.lines
                 if re.search(pattern, text)]
        self.tap.point(not found, name or f'never: {pattern}', found[:5])

    def done(self):
        if self.tap.failed:
            where = self.folder.relative_to(ROOT)
            self.tap.note(f'log and command: {where}/')
            if not self.recording and self.script.parent.name != 'soak':
                self._record()
        self.tap.plan()
        sys.exit(1 if self.tap.failed else 0)

    def _build(self, source, folder, without):
        """The image, what QEMU boots of it, and where QEMU runs for that."""
        shipped = isinstance(source, pathlib.Path)
        if shipped:
            built = bootimage.load(ROOT / source)
        else:
            built = bootimage.parse(source, self.name)
        if built.hardened is None:
            built.hardened = qemu.hardened()
        built.kernel_ext.append(f'--debug-exit={qemu.DEBUG_EXIT:#x}')
        if without:
            built.kernel_ext_file = WITHOUT / without / 'kernel-ext'
        if shipped or self.grub or self.recording:
            bootiso.write(built, folder / 'iso')
            return built, folder / 'iso', None
        words = direct.write(built, folder / 'boot')
        return built, words, folder / 'boot'

    def _judge(self, machine, built, name):
        """Every line of the log is one that docs/log.md allows."""
        shell = 'shell' in built.task_names
        wrong, ours = [], False
        for raw in machine.lines:
            complaint = self._complaint(raw, ours, shell)
            ours = ours or logline.looks_like_log(raw)
            if complaint:
                wrong += [raw, f'    {complaint}']
        what = f'{name}: ' if name else ''
        self.tap.point(ours and not wrong, f'{what}each line of the log is '
                       'as docs/log.md says', wrong[:20] if ours else
                       ['kernel-ext never spoke', *machine.lines[-5:]])
        self._confined(machine, built, what)
        if machine.fatal or machine.late:
            self.tap.point(False, f'{what}no panic, and in time',
                           [machine.fatal or f'not done after '
                            f'{machine.seconds} s'])

    def _confined(self, machine, built, what):
        """With tests/run --iommu."""
        if not qemu.behind_iommu():
            return
        name = f'{what}the IOMMU is on'
        said = [text for text in machine.lines if ' iommu dma=' in text]
        if not qemu.behind_iommu(built.qemu):
            self.tap.skip(name, 'this boot says itself what there is of one')
        elif not said and any('--log-level=' in word
                              for word in built.kernel_ext):
            self.tap.skip(name, 'the log is told to leave that line out')
        else:
            self.tap.point(any(' dma=confined ' in text for text in said),
                           name, said)

    def _complaint(self, text, ours, shell):
        if any(pattern.search(text) for pattern in self.allow):
            return None
        try:
            line = logline.parse(text)
        except logline.Malformed as why:
            return str(why)
        if line:
            return self.table.complaint(line)
        if not ours or shell:
            return None
        return 'not a line of the log'

    def _broken(self, kind, value, trace):
        """The script itself failed, for example at what a boot left unset."""
        self.tap.point(False, f'the script: {kind.__name__}',
                       ''.join(traceback.format_exception(
                           kind, value, trace)).splitlines())
        self.tap.plan()

    def _record(self):
        """Once more with a recording that qemu/replay runs under gdb."""
        again = subprocess.run([sys.executable, self.script],
                               env={**os.environ, 'RECORD': '1'},
                               capture_output=True, text=True)
        end = 'fails, too' if again.returncode else 'passes (so it depends ' \
            'on timing)'
        self.tap.note(f'recorded in a second run, which {end}: '
                      f'qemu/replay {self.name}')


class _Nothing:
    """Stands for a machine that could not be built: all that it does is fail."""

    def __getattr__(self, name):
        raise Failed('there is no image')
