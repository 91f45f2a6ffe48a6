# SPDX-License-Identifier: GPL-2.0-or-later
"""Hours of the guest's time: a light load on every driver, whose clients
(tasks/toil) look at all data, an operator without a plan (tasks/toil/meddler),
and people at the shell.  Idle time is skipped."""
import random
import re
import statistics
import threading

from . import tables
from .scenario import Scenario

DRIVERS = ('hello', 'uart', 'rtc', 'ram', 'virtio-blk', 'part', 'virtio-rng',
           'virtio-net', 'e1000', 'edu')
QEMU = '''
qemu -chardev socket,id=uart
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
qemu -drive file={disk},if=none,id=disk,format=raw
qemu -device virtio-blk-pci,disable-legacy=on,drive=disk
qemu -object rng-builtin,id=rng
qemu -device virtio-rng-pci,disable-legacy=on,rng=rng
qemu -netdev hubport,id=n0,hubid=0
qemu -device virtio-net-pci,disable-legacy=on,netdev=n0,mac=52:54:00:00:09:01
qemu -netdev hubport,id=n1,hubid=0
qemu -device e1000,netdev=n1,mac=52:54:00:00:09:02
qemu -device edu,dma_mask=0xffffffff
'''
# Who does what, each so many milliseconds or up to twice that.
CLIENTS = (
    ('text', 'hello', 'text hello', 2000),
    ('line', 'uart', 'serial uart', 5000),
    ('time', 'rtc', 'clock rtc', 3000),
    ('blocks', 'ram', 'disk ram ring 0', 3000),
    ('sectors', 'vda', 'disk vda ring 64', 3000),
    ('piece', 'vda1,vda', 'disk vda1 rpc 0 vda', 3000),
    ('dice', 'random', 'random random', 5000),
    ('wire', 'eth0,eth1', 'frames eth0 eth1', 2000),
    ('sums', 'edu', 'edu edu', 3000),
)
SHOWS = ('status', 'deaths', 'list', 'devices', 'lspci -v', 'help',
         'status hello', 'status virtio-blk', 'grants e1000', 'read hello',
         'read rtc', 'read random 8', 'write hello a line', 'nonsense',
         'start hello', 'resume uart', 'status nobody')
ORDERS = ('kill', 'restart', 'hang')
COUNT = (r' meddler#1 log text="minute=(\d+) tasks=(\d+) threads=(\d+) '
         r'ports=(\d+) free=(\d+) own=(\d+)"')
READY = (r' meddler#1 log text="ready=(\d+) of=(\d+) orders=(\d+) '
         r'refused=(\d+) call=(\d+)ns kernel=(\d+)"')
REPORT = re.compile(r' (\w+)#(\d+) log text="good=(\d+) down=(\d+) '
                    r'died=(\d+) wrong=(\d+)"')
# The kernel has pages that are not counted as free, up to so many, in a list of
# the processor's.
SAW = 96
OUTAGE = re.compile(r' hello#\d+ restart cause=operator outage=(\d+)us try=1')


# Each heartbeat costs what a round of a client does.
WATCHDOG = 'watchdog=4s'
PROGRAMS = {'ram': ('=ramdisk', '-- 1M'), 'part': ('', 'provides=vda1')}


def image(disk, seed, minutes, times, ms, only=None):
    lines = [QEMU.format(disk=disk)]
    for name in DRIVERS:
        program, words = PROGRAMS.get(name, ('', ''))
        lines += [f'task {name}{program} {WATCHDOG} start-limit=0 {words}']
    lines += [f'task {name}=toil {WATCHDOG} needs={needs} -- {pace} {words}'
              for name, needs, words, pace in CLIENTS]
    if only:
        lines = lines[:1] + [line for line in lines[1:]
                             if line.split()[1].split('=')[0] in only]
    return '\n'.join(lines + [
        f'task shell {WATCHDOG}',
        'task meddler=build/tasks/toil/meddler operator=yes needs=* '
        f'restart=no {WATCHDOG} -- {seed} {minutes} {times} {ms}\n'])


def send_back(link):
    """The other end of the serial line."""
    try:
        while data := link.recv(4096):
            link.sendall(data)
    except OSError:
        pass


def type_something(m, rng):
    """As somebody at the console would."""
    for _ in range(6):
        m.send(rng.choice(SHOWS))
    m.send(f'{rng.choice(ORDERS)} {rng.choice(DRIVERS)}')


def flat(s, counts, kernel):
    """Of everything as much as at the first look; but for a port of the kernel's
    that a look costs."""
    s.check(0 < max(kernel) <= min(kernel) + 2 * len(kernel) + 6,
            f"the kernel's ports: {kernel[0]} to {kernel[-1]}", str(kernel))
    for what, column in (('tasks', 1), ('threads', 2), ('port names', 3)):
        seen = [count[column] for count in counts]
        s.check(len(set(seen)) == 1, f'{what} are what they were: {seen[-1]}',
                f'they were {seen}')
    own = [count[5] for count in counts]
    s.check(len(set(own)) == 1, f"kernel-ext's memory: {own[-1]} KiB",
            f'it was {own}')
    free = [count[4] for count in counts]
    s.check(max(free) - min(free) <= SAW, f'free pages: {min(free)} to '
            f'{max(free)}', str(free))
    if len(free) >= 20:
        half = len(free) // 2
        lost = max(free[:half]) - max(free[half:])
        s.check(lost <= 16, f'{lost} fewer in the second half', str(free))


def alike(s, what, values):
    """The last ones are as the first, if nobody else was about: of a tenth the
    lower quartile."""
    part = len(values) // 10
    first, last = (statistics.quantiles(some)[0] for some in
                   (values[:part], values[-part:]))
    s.check(abs(last - first) <= first / 50, f'{what}: {first:.0f} at first, '
            f'{last:.0f} at the end', str(values))


def served(s, lines, minutes):
    """Each client had something to do all the time, and did it."""
    most = {}
    for found in filter(None, map(REPORT.search, lines)):
        most.setdefault(found[1], {}).setdefault(found[2], []).append(
            [int(word) for word in found.groups()[2:]])
    for name, *_ in CLIENTS:
        lives = most.get(name, {}).values()
        reports = sum(map(len, lives))
        sums = [sum(life[-1][n] for life in lives) for n in range(4)]
        s.check(reports > minutes // 6 and sums[0] > minutes and not sums[3],
                f'{name}: {reports} reports, good, down, died, wrong: {sums}')


def soak(seed, minutes, times, seconds, ms=3000, only=None):
    """A scenario of its own: so many looks, one in each MINUTES; ONLY these
    drivers and clients."""
    s = Scenario('', seconds=seconds, icount=7)
    rng = random.Random(seed)
    disk = s.folder / 'disk.raw'
    disk.write_bytes(bytes(4096 * 512))
    tables.gpt(disk, (2048, 4000))
    counts, calls, kernel = [], [], []
    with s.boot(image(disk, seed, minutes, times, ms, only)) as m:
        m.expect(r' N kernel-ext up ')  # so the other ends are there
        threading.Thread(target=send_back, args=[m.socket('uart')],
                         daemon=True).start()
        for n in range(times):
            found = m.expect(COUNT, name=f'{(n + 1) * minutes} minutes')
            counts.append([int(word) for word in found.groups()])
            ready = m.expect(READY, name='and all drivers are ready')
            s.tap.note(found[0].split('text=')[1], ready[0].split('text=')[1])
            s.check(ready[1] == ready[2], 'each is')
            calls.append(int(ready[5]))
            kernel.append(int(ready[6]))
            type_something(m, rng)
        m.expect(r' meddler#1 log text=end$')
        flat(s, counts, kernel)
        if times >= 20:
            alike(s, 'ns of a call to hello', calls)
            alike(s, 'us of its outages', [int(found[1]) for found in filter(
                None, map(OUTAGE.search, m.lines))])
        if not only:
            served(s, m.lines, minutes * times)
        s.tap.note(f'{len(m.lines)} lines')
    s.forbid(r' log text="?wrong', 'no client saw what it should not')
    s.forbid(r' (stuck|lost|guard|unquiet|kept|cold|failed|flood) \w+=')
    s.done()
