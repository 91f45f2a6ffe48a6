# SPDX-License-Identifier: GPL-2.0-or-later
"""What happens where kernel-ext lacks one of its guards (kernel-ext/holds.h):
a boot each of those of build/tests/without."""
import time
from typing import NamedTuple

from .scenario import ROOT, Scenario

PANIC = None    # what the kernel says then


class Guard(NamedTuple):
    """Without it the log has a line with bad, after these were typed; it has
    not in a scenario that boots the same with what ships."""
    name: str
    tasks: str
    bad: str
    held: str
    type: tuple = ()
    qemu: str = ''
    kernels: bool = False   # the line is one that a Machine passes over


def hostile(name, attack, bad, held=None, more='', words=''):
    """tasks/hostile tries one attack, and gets through."""
    return Guard(name, f'task hello\n{more}task hostile {words} -- {attack}',
                 rf' hostile#1 log text="not ok \d+ - {bad}"',
                 held or f'deny-{attack}')


def _says(m, text):
    while m.running and text not in (m.folder / 'log').read_text('latin-1'):
        time.sleep(0.2)
    return m.running


def show(guards, seconds=60, allow=()):
    """A scenario of its own."""
    s = Scenario('', seconds, allow=allow)
    for guard in guards:
        with s.boot(f'{guard.qemu}\n{guard.tasks}\n', guard.name, without=guard.name) as m:
            if guard.type:
                m.expect(r' kernel-ext up ')
            for line in guard.type:
                m.send(line)
            name = f'without {guard.name}'
            if guard.bad is PANIC:
                s.check(m.panics(), f'{name}: the kernel panics')
            elif guard.kernels:
                s.check(_says(m, guard.bad), f'{name}: {guard.bad}')
            else:
                m.expect(guard.bad, name=f'{name}: {guard.bad}')
        held = ROOT / 'tests' / 'scenarios' / f'{guard.held}.py'
        s.check(held.exists(), f'{guard.held} shows that it holds')
    s.done()
