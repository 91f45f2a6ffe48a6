#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad clients of a network block device: each is answered or cut off; one beside
them that keeps to the protocol never notices."""
import random
import struct

from harness import nbd
from harness.nbd import Client
from harness.scenario import Scenario

s = Scenario('', seconds=90, sleep=True)
server = nbd.Server(s)
FLAGS = struct.pack('>I', 3)
HEAD = struct.pack('>QI', nbd.OPTION, nbd.GO)

# What is said after the greeting, and after it nothing.
CUT_OFF = {
    'flags that nobody knows': struct.pack('>I', 0xffff),
    'a wrong magic': FLAGS + bytes(16),
    'a wrong name in the old way': FLAGS + struct.pack(
        '>QII', nbd.OPTION, nbd.EXPORT_NAME, 4) + b'none',
    'HTTP': b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
}


def goes_on(name, times=1):
    right = 0
    for _ in range(times):
        at = random.randrange(nbd.SIZE // 512 - 64) * 512
        right += good.do(nbd.READ, at, 32768) == server.data[at:at + 32768]
    s.check(right == times, f'{name}: the other one reads')


def handshakes():
    for name, words in CUT_OFF.items():
        c = Client(server)
        c.put(words)
        s.check(c.ends(), f'{name}: cut off')
        c.close()
    c = Client(server)
    c.get(18)
    c.put(FLAGS)
    c.option(nbd.GO, b'\xff' * 6)
    s.check(c.reply()[:2] == (nbd.GO, 0x80000003), 'lengths that do not fit')
    c.option(nbd.GO, b'\0\0\0\4none\0\0')
    s.check(c.reply()[:2] == (nbd.GO, 0x80000006), 'a name that is not there')
    c.option(77, bytes(70000))
    s.check(c.reply()[:2] == (77, 0x80000009), 'an option that is too long')
    c.option(nbd.LIST)
    s.check(c.reply()[1] == 2, 'and still it lists')
    c.put(HEAD + b'\xff\xff\xff\xff' + bytes(100))
    c.close()


def transmissions():
    c = Client(server, 'vda')
    c.put(bytes(28))
    s.check(c.ends(), 'a request of zeroes: cut off')
    c = Client(server, 'vda')
    c.ask(nbd.WRITE, 0, 0xfffffe00)
    s.check(c.ends(), 'a write of 4 GiB: cut off')
    c = Client(server, 'vda')
    c.ask(nbd.WRITE, 0, 65536)
    c.put(server.data[:40000])  # some of it may be written
    c.close()
    goes_on('half a write, and gone')
    c = Client(server, 'vda')
    c.put(bytes.fromhex('25609513'))
    c.close()


def slow():
    """They ask for all that they can and take nothing."""
    clients = [Client(server, 'vda') for _ in range(3)]
    for c in clients:
        c.link.setsockopt(nbd.socket.SOL_SOCKET, nbd.socket.SO_RCVBUF, 4096)
        for _ in range(60):
            c.ask(nbd.READ, 0, 1 << 20)
    goes_on('who takes nothing', 20)
    for c in clients:
        c.close()


def many():
    """More than there is place for, who say nothing; the next one is served in
    the place of one of them."""
    silent = [Client(server) for _ in range(12)]
    c = Client(server, 'ram')
    s.check(c.do(nbd.READ, 0, 512) == bytes(512), 'one more is served')
    goes_on('many who say nothing')
    for c in [c, *silent]:
        c.close()


def noise(rounds):
    random.seed(4711)
    for _ in range(rounds):
        c = Client(server, 'ram' if random.random() < 0.7 else None)
        try:
            if random.random() < 0.5:
                c.put(FLAGS)
            for _ in range(random.randrange(1, 20)):
                c.ask(random.choice((0, 1, 2, 3, 4, 5, 6, 7, 99)),
                      random.choice((0, 511, 1 << 20, 1 << 63)),
                      random.choice((0, 1, 512, 1 << 16, 1 << 31)),
                      flags=random.choice((0, 0, 1, 0xffff)))
                c.put(random.randbytes(random.randrange(200)))
        except OSError:
            pass
        c.close()


with s.boot(server.image) as m:
    server.up(m)
    good = Client(server, 'vda')
    goes_on('at first')
    handshakes()
    transmissions()
    slow()
    many()
    noise(40)
    goes_on('noise')
    s.check(good.do(nbd.WRITE, 0, data=server.data[:512], flags=1) == 0 and
            good.do(nbd.FLUSH) == 0, 'and writes')
    server.run('nbdinfo', server.uri())
    server.copy_out()
s.forbid(r' nbd#([2-9]|1 death)', 'it stays up')
s.forbid(r' (vda|virtio-\w+|ram)#[2-9]', 'and all others')
s.done()
