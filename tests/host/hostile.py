#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hostile frames to tasks/netstack, built for the host under the sanitizers
with each packet in memory of its own: as they come, in pieces as from a device
that merges, and as answers to a host that asks for an address and a name.
hostile.py [FRAMES [SEED]]"""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

from harness import tap
from harness.barrage import barrage
from harness.hostile import Hostile
from harness.peer import Peer

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / 'build/tests/unit/netstack/netstack'
SERVICES = ('echo', 'discard', 'iperf')
FIXED = ('eth0', '10.0.2.15/24', 'via=10.0.2.2', 'dns=10.0.2.3', *SERVICES)
ASKING = ('eth0', 'dhcp', 'resolve=www.example.org', *SERVICES)


class Link:
    def __init__(self, end):
        self.end = end

    def send(self, frame):
        try:
            self.end.send(frame)
        except OSError:     # it is dead: its silence will tell
            pass

    def receive(self, seconds):
        self.end.settimeout(max(seconds, 1e-6))
        try:
            return self.end.recv(65536) or None
        except OSError:
            return None


def barraged(out, link, frames, seed):
    barrage(lambda good, name, *detail: out.point(good, name, detail), link,
            seed, frames, '52:54:00:12:34:56', '10.0.2.15')


def answered(out, link, frames, seed):
    """All that it asks for, an address first, it is answered by an enemy: it
    only has to live."""
    peer = Peer(link, '52:54:00:12:34:56', '10.0.2.15')
    enemy = Hostile(seed, peer)
    peer.listener = enemy.heard
    enemy.kinds = {kind: share * 10 if kind.__name__ in ('_dhcp', '_dns')
                   else share for kind, share in enemy.kinds.items()}

    def asked():
        return len(enemy.leases) > 1 and len(enemy.questions) > 1

    end = time.monotonic() + max(60, frames / 100)
    while time.monotonic() < end and (frames > 0 or not asked()):
        link.send(enemy.frame())
        peer.serve(0.001)
        frames -= 1
    out.point(asked(), 'it asked for an address, and for a name')


def closed(out, link, frames, seed):
    """What was once found: a window that never opens."""
    peer = Peer(link, '52:54:00:12:34:56', '10.0.2.15')
    out.point(peer.shut() == b'x', 'it probes a closed window')
    peer.serve(1)       # twenty seconds for it
    out.point(peer.ping() is not None, 'and lives when that was acknowledged')


def run(out, what, words, frames, seed, **environment):
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with tempfile.TemporaryFile('w+') as said:
        guest = subprocess.Popen((PROGRAM, *words), stdin=its, stdout=said,
                                 stderr=said, env={**os.environ, **environment})
        its.close()
        what(out, Link(mine), frames, seed)
        mine.close()
        try:
            status = guest.wait(30)
        except subprocess.TimeoutExpired:
            guest.kill()
            status = 'none: it hung'
        said.seek(0)
        out.point(status == 0, 'it lives, and the sanitizers say nothing',
                  [f'status {status}', *said.read().splitlines()[-40:]])


def main():
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    out = tap.Writer()
    run(out, barraged, FIXED, frames, seed)
    run(out, barraged, FIXED, frames, seed + 1, NETSTACK_PIECES='300')
    run(out, closed, FIXED, 0, 0)
    run(out, answered, ASKING, frames, seed + 2)
    out.plan()
    sys.exit(bool(out.failed))


main()
