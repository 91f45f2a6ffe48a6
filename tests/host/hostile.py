#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hostile frames to tasks/netstack, built for the host under the sanitizers
with each packet in memory of its own: once as they come, and once in pieces as
from a device that merges.  hostile.py [FRAMES [SEED]]"""
import os
import pathlib
import socket
import subprocess
import sys

from harness import tap
from harness.barrage import barrage

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / 'build/tests/unit/netstack/netstack'
WORDS = ('eth0', '10.0.2.15/24', 'via=10.0.2.2', 'dns=10.0.2.3', 'echo',
         'discard', 'iperf')


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


def run(out, frames, seed, pieces):
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    guest = subprocess.Popen(
        (PROGRAM, *WORDS), stdin=its, text=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env={**os.environ, **pieces})
    its.close()
    barrage(lambda good, name, *detail: out.point(good, name, detail),
            Link(mine), seed, frames, '52:54:00:12:34:56', '10.0.2.15')
    mine.close()
    try:
        said = guest.communicate(timeout=30)[1].splitlines()
    except subprocess.TimeoutExpired:
        guest.kill()
        said = ['it hung']
    out.point(guest.returncode == 0, 'it lives, and the sanitizers say nothing',
              said[:40])


def main():
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    out = tap.Writer()
    run(out, frames, seed, {})
    run(out, frames, seed + 1, {'NETSTACK_PIECES': '300'})
    out.plan()
    sys.exit(bool(out.failed))


main()
