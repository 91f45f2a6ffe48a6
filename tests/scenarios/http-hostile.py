#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad requests, broken ones (seeded), huge ones, slow ones, and more connections
than there may be: httpd answers or closes, and all through them serves others."""
import random
import re
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from harness import Scenario, sums, web
from harness.user import free_port, network

SEED, BROKEN, MANY = 7, 300, 130
s = Scenario('''
task virtio-net
task httpd needs=eth0 -- eth0 10.0.2.15/24 patience=3
task shell
''', 90, sleep=True)
port = free_port()
rng = random.Random(SEED)

GET = b'GET /random?bytes=64 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
SEEDS = (GET, GET.replace(b'close', b'keep-alive'),
         b'POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789',
         b'HEAD / HTTP/1.0\r\n\r\n', GET * 3,
         b'POST /tasks/hello/restart HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\n'
         b'Content-Length: 0\r\n\r\n')
# What has to be refused, and how.
BAD = {
    b'GET / HTTP/1.1\r\n\r\n': 400,
    b'GET /\r\n\r\n': 400,
    b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n': 400,
    b'GET / HTTP/9.9\r\nHost: a\r\n\r\n': 505,
    b'DELETE / HTTP/1.1\r\nHost: a\r\n\r\n': 501,
    b'POST /sink HTTP/1.1\r\nHost: a\r\n\r\n': 411,
    b'POST /sink HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
    b'0\r\n\r\n': 501,
    b'POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n': 413,
    b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n'
    + b'x' * 70000: 413,
    b'GET /random?bytes=99999999999 HTTP/1.1\r\nHost: a\r\n'
    b'Connection: close\r\n\r\n': 400,
    b'GET /' + b'a' * 100_000: 414,
    b'GET /' + b'a' * 3000 + b' HTTP/1.1\r\nHost: a\r\n\r\n': 414,
    b'GET / HTTP/1.1\r\nHost: a\r\n' + b'X: y\r\n' * 20_000: 431,
    b'GET / HTTP/1.1\r\nHost: a\r\nX: ' + b'y' * 100_000: 431,
}


def broken():
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(4):
            case 0:
                del data[at:at + rng.randrange(1, 20)]
            case 1:
                data[at:at] = rng.randbytes(rng.randrange(1, 20))
            case 2:
                data[at:at] = rng.choice((b'\r\n', b'\r\n\r\n', b'\0', b' '))
            case 3:
                data[at:at] = data[:rng.randrange(len(data) + 1)]
    return bytes(data)


def code(answer):
    found = re.match(rb'HTTP/1\.1 (\d{3}) ', answer)
    return int(found[1]) if found else None


def connect():
    return socket.create_connection(('127.0.0.1', port), 20)


def fine(when):
    """It serves others."""
    s.check(web.status(port, '/random?bytes=1000') == 200, f'it serves {when}')


def closed(links, seconds):
    """How many of them it closed within so many seconds."""
    end, left, shut = time.monotonic() + seconds, set(links), 0
    while left and (rest := end - time.monotonic()) > 0:
        for link in select.select(left, [], [], rest)[0]:
            try:
                more = link.recv(65536)
            except ConnectionResetError:
                more = b''
            if not more:
                left.discard(link)
                shut += 1
    return shut


def bad():
    for data, want in BAD.items():
        got = code(web.raw(port, data))
        s.check(got == want, f'{want} for {data[:30]!r}...', f'it was {got}')


def fuzz():
    odd = 0
    for _ in range(BROKEN):
        answer = web.raw(port, broken(), half=True)
        odd += bool(answer) and code(answer) is None
    s.check(odd == 0, f'{BROKEN} broken requests are answered or closed')


def together():
    sizes = range(60_000, 84_000, 1000)
    with ThreadPoolExecutor(len(sizes)) as pool:
        got = pool.map(lambda n: web.curl(port, f'/random?bytes={n}&seed={n}'),
                       sizes)
        good = sum(data == sums.sequence(n, n) for data, n in zip(got, sizes))
    s.check(good == len(sizes), f'{len(sizes)} fetch at a time',
            f'{good} got what they asked for')


def slow():
    """Of each kind one, all at a time; it closes them when their time is up."""
    idle, head, body, reader = (connect() for _ in range(4))
    head.sendall(b'GET / HTTP/1.1\r\nHost: a\r\n')
    body.sendall(b'POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n'
                 b'\r\nx')
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sendall(b'GET /random?bytes=4000000000 HTTP/1.1\r\nHost: a\r\n\r\n')
    return {'says nothing': idle, 'ends no head': head, 'ends no body': body,
            'reads nothing': reader}


with s.boot(args=network({80: port})) as m:
    m.expect(r' kernel-ext up ')
    fine('at first')
    together()
    waiting = slow()
    bad()
    fuzz()
    fine('after that')
    links = []
    for n in range(MANY):
        links.append(connect())
        if n % 2:
            links[n].sendall(b'GET /')
        time.sleep(0.02)    # QEMU listens for one or two at a time
    fine(f'beside {MANY} that say nothing')
    open_ = re.search(rb'^usrd_http_connections (\d+)$',
                      web.curl(port, '/metrics'), re.M)
    s.check(int(open_[1]) > 100, f'of which {int(open_[1])} are open')
    reader = waiting.pop('reads nothing')
    s.check(closed(waiting.values(), 40) == 3, 'who is slow is closed: '
            + ', '.join(waiting))
    shut = closed(links, 40)
    s.check(shut == MANY, f'and all of the {MANY}', f'{shut} were')
    fine('when they are gone')
    reader.close()
    counts = web.tasks(port)['tasks']['httpd']
    s.check(counts['memory_kib'] < 8192, f'it has {counts["memory_kib"]} KiB')
s.forbid(r' (httpd|virtio-net)#\d+ (death|deny|limit) ')
s.done()
