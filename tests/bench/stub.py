# SPDX-License-Identifier: GPL-2.0-or-later
"""A little of gdb's remote protocol: where the time-stamp counter is when the
processor first comes to an address."""
import socket

# Where they are in the answer to g, and how long the general registers and the
# program counter are: QEMU misreads those behind them in a G.
RAX, RDX, GENERAL = 0, 3 * 8, 17 * 8
RDTSC = '0f31'


class Stub:
    """QEMU's gdb server on a Unix socket."""

    def __init__(self, path):
        self._link = socket.socket(socket.AF_UNIX)
        self._link.settimeout(60)
        self._link.connect(str(path))
        self._stream = self._link.makefile('rb')

    def ask(self, text):
        data = text.encode()
        self._link.sendall(b'$%s#%02x' % (data, sum(data) % 256))
        while self._stream.read(1) != b'$':
            pass
        answer = bytearray()
        while (byte := self._stream.read(1)) != b'#':
            answer += byte
        self._stream.read(2)
        self._link.sendall(b'+')
        return answer.decode()

    def tsc_at(self, address):
        """Run to it, have the processor itself execute RDTSC there, and let
        it go on as if nothing had been."""
        self.ask(f'Z1,{address:x},1')
        self.ask('c')
        self.ask(f'z1,{address:x},1')
        there, before = self.ask(f'm{address:x},2'), self.ask('g')
        self.ask(f'M{address:x},2:{RDTSC}')
        self.ask('s')
        after = bytes.fromhex(self.ask('g'))
        self.ask(f'M{address:x},2:{there}')
        self.ask('G' + before[:2 * GENERAL])
        self.ask('D')
        low, high = (int.from_bytes(after[at:at + 4], 'little')
                     for at in (RAX, RDX))
        return high << 32 | low
