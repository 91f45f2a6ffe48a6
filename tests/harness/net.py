# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of a guest's network cable: frames between it and Python, each
a datagram of a socket of QEMU's."""
import collections
import os
import socket
import threading
import time

from . import qemu

TYPE = b'\x88\xb5'              # for experiments (IEEE 802)
ALL = b'\xff' * 6
HERE = bytes.fromhex('02aabbccddee')
GUEST = bytes.fromhex('525400123456')


class Wire:
    """For the scenario S, as network NAME: give args to its boot."""

    def __init__(self, s, device='virtio-net-pci,disable-legacy=on', name='n0',
                 mac=GUEST, folder=''):
        place = s.folder / folder
        place.mkdir(exist_ok=True)
        ours, self.theirs = (qemu.socket_path(place, f'{name}-{end}')
                             for end in ('host', 'guest'))
        for path in ours, self.theirs:
            if os.path.exists(path):
                os.remove(path)
        self.link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.link.bind(ours)
        self.link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.frames = collections.deque(maxlen=10000)
        self.came = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.args = ('-netdev', f'dgram,id={name},local.type=unix,'
                     f'local.path={self.theirs},remote.type=unix,'
                     f'remote.path={ours}',
                     '-device', f'{device},netdev={name},mac='
                     + ':'.join(f'{byte:02x}' for byte in mac))

    def send(self, data):
        """A whole frame; waits for place in QEMU's queue."""
        end = time.monotonic() + 10
        while True:
            try:
                self.link.sendto(data, self.theirs)
                return
            except (BlockingIOError, FileNotFoundError,
                    ConnectionRefusedError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def _read(self):
        """Always, or QEMU would hold back what the guest sends."""
        while True:
            frame = self.link.recv(65536)
            with self.came:
                self.frames.append(frame)
                self.came.notify()

    def receive(self, seconds):
        """The next frame, or None."""
        with self.came:
            self.came.wait_for(lambda: self.frames, seconds)
            return self.frames.popleft() if self.frames else None

    def ask(self, data, to=GUEST, seconds=20, again=0.5):
        """What comes back for data behind a header; sent again each so often,
        as a wire may lose it.  None: nothing."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.send(to + HERE + TYPE + data)
            until = time.monotonic() + again
            while (left := until - time.monotonic()) > 0:
                got = self.receive(left)
                if got and got[:6] == HERE and got[14:15] == data[:1] and \
                        got[16:len(data) + 14] == data[2:]:
                    return got
        return None

    def drain(self, seconds=0.3):
        """All frames until there was none for so long."""
        frames = []
        while (got := self.receive(seconds)) is not None:
            frames.append(got)
        return frames
