# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP as it went over QEMU's user network, between the guest and libslirp, who
is there the peer of all that a program of the host connects to.

libslirp (4.7.0) has a bug that a driver's death brings out.  The guest answers
a connection's SYN a second time, as TCP must when it cannot know that the first
answer came.  libslirp looks at the option in it, for the size of segments,
before it looks at the sequence number (tcp_dooptions), and makes the
connection's buffers anew (tcp_mss, sbreserve): what the program had sent, and
the guest had not acknowledged, is gone.  The connection goes on with what comes
next, and ends as if that were all; or waits for ever, if nothing does.  Seen
without a guest, too: of 262,144 bytes 134,171 came when a SYN was answered
twice.

So a count is held to what the wire carried, and `repeated` says whether that
may be less than what the program has sent."""
import struct

from .packets import ACK, FIN, IPV4, SYN, TCP, ip

GUEST = ip('10.0.2.15')
HEADERS = 14 + 60 + 60      # bytes kept of each frame, at most
RECORD = struct.Struct('<IIII')     # pcap's: seconds, us, bytes kept, bytes


class Stream:
    """What the host's side sends in one connection."""

    def __init__(self, first):
        self.first, self.end = first, None  # sequence numbers: SYN's, FIN's
        self.answers = 0                    # SYNs of the guest's

    @property
    def bytes(self):
        """That a receiver gets; None before the end."""
        return None if self.end is None else self.end - self.first - 1 \
            & 0xffffffff

    @property
    def repeated(self):
        return self.answers > 1


class Capture:
    """Of the network NAME, in the file PATH: give words to the boot."""

    def __init__(self, path, name):
        self.path, self._read = path, 24    # behind pcap's header
        self._streams = {}                  # by the guest's port and the host's
        self.words = (f'-object filter-dump,id={name}-dump,netdev={name},'
                      f'maxlen={HEADERS},file={path}')

    def stream(self, guest_port, port=None):
        """The last one to GUEST_PORT (from PORT), or None."""
        self._look()
        found = [stream for (there, here), stream in self._streams.items()
                 if there == guest_port and port in (None, here)]
        return found[-1] if found else None

    def _look(self):
        """At what is new; QEMU may be writing the last record."""
        with open(self.path, 'rb') as file:
            file.seek(self._read)
            data = file.read()
        at = 0
        while at + RECORD.size <= len(data):
            end = at + RECORD.size + RECORD.unpack_from(data, at)[2]
            if end > len(data):
                break
            self._frame(data[at + RECORD.size:end])
            at = end
        self._read += at

    def _frame(self, frame):
        kind, = struct.unpack_from('!H', frame, 12)
        if kind != IPV4 or frame[23] != TCP:
            return
        size = (frame[14] & 15) * 4
        left = int.from_bytes(frame[16:18], 'big') - size
        here, there, sequence, _, words, flags = struct.unpack_from(
            '!HHIIBB', frame, 14 + size)
        if frame[26:30] == GUEST:
            stream = self._streams.get((here, there))
            if stream and flags & (SYN | ACK) == SYN | ACK:
                stream.answers += 1
            return
        key = there, here
        if flags & SYN and (key not in self._streams
                            or self._streams[key].first != sequence):
            self._streams.pop(key, None)    # so that it is the last
            self._streams[key] = Stream(sequence)
        elif flags & FIN and key in self._streams:
            self._streams[key].end = sequence + left - (words >> 4) * 4
