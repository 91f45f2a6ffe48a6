#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Six peers send and take nothing back, until no memory is left for what comes:
a seventh is answered all the same.  Then the driver is stopped for some seconds:
no connection ends, and all six get back what they sent."""
import time

from harness import nics, packets, stack
from harness.packets import ACK, PSH, SYN
from harness.scenario import Scenario

DATA = stack.pattern(1 << 20)
SEGMENT = 1460


class Hog:
    """A connection to echo; window: what it says that it takes."""

    def __init__(self, peer, port):
        self.peer, self.port, self.window = peer, port, 0
        self.acked, self.theirs, self.got = None, 0, b''

    def came(self, frame):
        if frame.flags & SYN:
            self.theirs = frame.sequence + 1
        if frame.flags & ACK:
            self.acked = max(self.acked or 0, frame.acknowledged)
        if frame.payload and self.window:
            had = self.theirs - frame.sequence & 0xffffffff
            new = frame.payload[had:]   # of a probe and what follows it
            self.got += new
            self.theirs += len(new)
            self.send(self.acked, ACK)

    def send(self, sequence, flags, data=b''):
        peer = self.peer
        peer._ip(packets.TCP, packets.tcp(
            peer.address, peer.guest, self.port, 7, sequence, self.theirs,
            flags, data, window=self.window))

    def open(self):
        while self.acked is None:
            self.send(0, SYN)
            self.peer.serve(0.2)
        self.send(self.acked, ACK)

    def fill(self):
        """Until nothing is acknowledged for a second."""
        was, since = 0, time.monotonic()
        while time.monotonic() - since < 1:
            at = self.acked - 1
            for n in range(at, min(at + 4 * SEGMENT, len(DATA)), SEGMENT):
                self.send(n + 1, PSH | ACK, DATA[n:n + SEGMENT])
            self.peer.serve(0.05)
            if self.acked != was:
                was, since = self.acked, time.monotonic()
        return self.acked - 1

    def state(self):
        good = self.got == DATA[:len(self.got)]
        return f'{self.port}: {len(self.got)} bytes, {good and "right"}'


def read(peer, hogs, sizes, seconds=60):
    """They take what comes: is it what they sent?"""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(
            len(hog.got) < size for hog, size in zip(hogs, sizes)):
        for hog in hogs:
            hog.window = 65535
            hog.send(hog.acked, ACK)
        peer.serve(0.2)
    return all(hog.got == DATA[:len(hog.got)] and len(hog.got) >= size
               for hog, size in zip(hogs, sizes))


s = Scenario('', seconds=120, icount=3, sleep=True)
nic = nics.Nic(s, 'virtio-net', 'echo')
hogs = {port: Hog(nic.peer, port) for port in range(50000, 50006)}


def listen(frame):
    hog = frame.protocol == packets.TCP and hogs.get(frame.port_to)
    if hog:
        hog.came(frame)
    return bool(hog)


nic.peer.listener = listen
with s.boot(f'{nic.tasks}task shell\n', args=nic.wire.args) as m:
    m.expect(r' stack0#1 log text="net: address=10.0.2.15 ')
    for hog in hogs.values():
        hog.open()
    sizes = [hog.fill() for hog in hogs.values()]
    s.tap.note(f'kept: {sizes}')
    s.check(sizes[0] > 60 * SEGMENT and sizes[-1] < sizes[0] / 2,
            'the last of them fills what there is')
    s.check(nic.peer.echo(DATA[:400]), 'another is answered')
    m.send('stop virtio-net')
    m.expect(r' virtio-net#1 stopped ')
    m.expect_none(r' stack0#', 3)
    m.send('start virtio-net')
    m.expect(r' virtio-net#2 ready')
    s.check(read(nic.peer, [*hogs.values()], sizes),
            'all get back what they sent',
            *(hog.state() for hog in hogs.values()))
    s.check(nic.peer.echo(DATA[:4000]), 'and others are answered')
s.forbid(r' stack0#[2-9]')
s.done()
