# SPDX-License-Identifier: GPL-2.0-or-later
"""curl fetches from httpd and posts to it, over each kind of network device at
once, with and without the death of its driver each second."""
import re
import time

from . import Scenario, web
from .nics import KINDS
from .user import free_port, network

DRIVERS = r'(?:virtio-net|e1000e?)'


def image():
    text = ''
    for kind, (_, task, name) in KINDS.items():
        before, dashes, after = task.partition(' --')
        text += (f'{before} start-limit=0 restart-delay=0{dashes}{after}\n'
                 f'task httpd-{name}=httpd needs={name} -- '
                 f'{name} 10.0.2.15/24\n')
    return text + 'task shell\n'


def arguments(ports):
    words = []
    for n, (kind, port) in enumerate(ports.items()):
        words += network({80: port}, KINDS[kind][0], f'n{n}')
    return words


def transfers(s, ports, size, seconds):
    return [web.Transfer(s.folder, port, size, 1, seconds)
            for port in ports.values()]


def kill_while(s, m, running, every):
    """Each driver, so many seconds apart, of the host's; until all are done."""
    rounds = 0
    while any(transfer.running for transfer in running):
        for kind in KINDS:
            m.send(f'kill {kind}')
        rounds += 1
        time.sleep(every)
    return rounds


def bulk(size, seconds, every=1.0):
    """A scenario of its own."""
    s = Scenario(image(), seconds, sleep=True)
    ports = {kind: free_port() for kind in KINDS}
    with s.boot(args=arguments(ports)) as m:
        m.expect(r' kernel-ext up ')
        m.expect_prompt('> $')
        # The 82540EM of QEMU receives nothing for its first second.
        time.sleep(2)
        start = time.monotonic()
        for transfer in transfers(s, ports, size, seconds):
            transfer.check(s)
        s.tap.note(f'{time.monotonic() - start:.1f} s')
        start = time.monotonic()
        rounds = 0
        while rounds < 3:   # A fast host is done with one of each before that.
            running = transfers(s, ports, size, seconds)
            rounds += kill_while(s, m, running, every)
            for transfer in running:
                transfer.check(s)
        s.tap.note(f'{time.monotonic() - start:.1f} s, {rounds} kills of each')
        outages = [int(found[1]) for line in m.lines if (found := re.search(
            rf' {DRIVERS}#\d+ restart cause=operator outage=(\d+)us', line))]
        # A kill that finds one down, since the guest is slow, does nothing.
        s.check(len(outages) > rounds, f'{len(outages)} restarts of '
                f'drivers, the worst in {max(outages, default=0)} us')
    s.forbid(r' httpd-\S+#\d+ (death|deny) ', 'no httpd dies')
    s.forbid(rf' {DRIVERS}#\d+ death cause=(?!operator)',
             'drivers die of the kills only')
    s.done()
