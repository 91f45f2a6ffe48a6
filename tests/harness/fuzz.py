# SPDX-License-Identifier: GPL-2.0-or-later
"""What the fuzz scenarios have in common: tasks/fuzz sends malformed messages
while a client calls hello, and census counts what each round leaves behind."""
import re

from . import witness
from .scenario import Scenario

COUNT = (r' census#1 log text="incarnation=(\d+) tasks=(\d+) threads=(\d+) '
         r'ports=(\d+) free=(\d+) us=\d+ kernel=\d+"')
SENT = re.compile(r' fuzz#(\d+) log text="sent=(\d+) bad=(\d+) errors=(\d+) '
                  r'done=(\d+) silent=(\d+) died=(\d+) refused=(\d+)"')
SLAB = 80       # pages that the kernel takes at once for its own small objects
ALL = 'needs=* kdev=console,rd0'        # that can be opened
VICTIM = 'task victim=build/tasks/fuzz/target provides=victim -- victim'


def image(what, messages, step, rounds, words, seed=1):
    """fuzz sends so many of what in each incarnation; at each step-th it is
    stopped, and what is left is counted."""
    return f'''
ramdisk docs/restarts.svg
kernel-ext --log-level=I
{witness.TASKS}
task ramdisk -- 64K
task target=build/tasks/fuzz/target provides=target
{VICTIM if 'operator' in words else ''}
task fuzz {words} stop-timeout=50ms -- {what} {messages} {seed}
task census -- fuzz {step} {step * rounds} 500
'''


def fuzz(*images, rounds, seconds=60, total=0):
    """A scenario of its own, each image a boot of so many rounds; at least so
    many messages in all."""
    s = Scenario(images[0], seconds, allow=(r'^(#|\x1b\[K)+$',))
    sent = 0
    for n, text in enumerate(images):
        with s.boot(text, name=f'boot-{n}') as m:
            counted(s, m, rounds)
            # Beside one that never waits a call is late by the kernel's quantum,
            # a tenth of a second, at times by two.
            witness.unharmed(s, m, slowest=300_000)
            sent += told(s, m)
    if total:
        s.check(sent >= total, f'{sent} messages in all')
    s.forbid(r' fuzz#\d+ log text="not ok', 'each answer was as it should be')
    s.forbid(r' (target#\d+ death|(target|victim)#\d+ (crash|deny)) ',
             'nor was target harmed')
    witness.undisturbed(s)
    s.done()


def counted(s, m, rounds):
    counts = [[int(number) for number in m.expect(
        COUNT, name=f'round {n} of {rounds}').groups()]
        for n in range(1, rounds + 1)]
    for name, column in (('tasks', 1), ('threads', 2), ('port names', 3)):
        seen = [count[column] for count in counts]
        s.check(len(set(seen)) == 1, f'{name} are what they were: {seen[0]}',
                f'they were {seen}')
    free = [count[4] for count in counts]
    s.check(max(free) - min(free) <= SLAB, f'free pages have no trend: {free}')


def told(s, m):
    """Sum up what the incarnations said."""
    lines = [match for line in m.lines if (match := SENT.search(line))]
    sent, _, errors, done, silent, died, refused = (
        sum(int(match[column]) for match in lines) for column in range(2, 9))
    s.check(lines, f'{sent} messages from {len(lines)} incarnations: {errors} '
            f'answered with an error, {done} done, {died} too long for their '
            f'receiver, {silent} without a right to reply; '
            f'{refused} more the kernel refused')
    return sent
