# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of QEMU's gdb stub over a UNIX socket: just what injecting needs."""
import socket
import struct

# As QEMU sends them for x86-64: the first of `g`.
NAMES = ('rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip'
         .split())
LAYOUT = struct.Struct('<17Q7I')    # then eflags cs ss ds es fs gs
MORE = ('eflags', 'cs', 'ss', 'ds', 'es', 'fs', 'gs')
PIECE = 1024            # of memory, in a packet: QEMU has room for 4096 digits
CONTROL = struct.Struct('<3Q5Q')    # fs_base gs_base k_gs_base cr0 2 3 4 8


class Gone(Exception):
    """QEMU has ended."""


class Gdb:
    """All but cont() and what follows it want a machine that stands."""

    def __init__(self, path, timeout=20):
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(timeout)
        self.link.connect(path)
        self._input = b''
        self._physical = False
        self.ask('?')       # which takes all breakpoints away
        self.ask('qXfer:features:read:target.xml:0,ffb')    # for `p` and `P`

    # Packets.

    def send(self, text):
        data = text.encode('latin-1')
        self.link.sendall(b'$%s#%02x' % (data, sum(data) & 0xff))

    def receive(self):
        """The next packet's text."""
        while (packet := self._packet()) is None:
            self.take()
        return packet

    def take(self):
        """What has come, a piece of a packet or more; waits for some."""
        try:
            data = self.link.recv(65536)
        except ConnectionError:
            data = b''
        if not data:
            raise Gone('QEMU has ended')
        self._input += data.replace(b'+', b'')  # it acknowledges; we need not

    def _packet(self):
        begin = self._input.find(b'$')
        end = self._input.find(b'#', begin)
        if begin < 0 or end < 0 or end > len(self._input) - 3:
            return None
        packet = self._input[begin + 1:end]
        self._input = self._input[end + 3:]
        return packet.decode('latin-1')

    def ask(self, text):
        self.send(text)
        return self.receive()

    def _do(self, text):
        answer = self.ask(text)
        if answer != 'OK':
            raise ValueError(f'{text[:60]}: {answer!r}')

    @property
    def pending(self):
        """A whole packet has been read already."""
        end = self._input.find(b'#', self._input.find(b'$'))
        return 0 <= end <= len(self._input) - 3

    # Registers.

    def regs(self):
        data = bytes.fromhex(self.ask('g'))
        return dict(zip((*NAMES, *MORE), LAYOUT.unpack_from(data)))

    def cr3(self):
        return CONTROL.unpack_from(bytes.fromhex(self.ask('g')),
                                   LAYOUT.size)[5]

    def pc(self):
        return int.from_bytes(bytes.fromhex(self.ask('p10')), 'little')

    def set_regs(self, changed):
        data = bytearray.fromhex(self.ask('g'))
        now = dict(zip((*NAMES, *MORE), LAYOUT.unpack_from(data)))
        LAYOUT.pack_into(data, 0, *{**now, **changed}.values())
        self._do('G' + data.hex())

    # Memory: as the task has it that the machine stands in, or physical.

    def _mode(self, physical):
        if self._physical != physical:
            self._do(f'Qqemu.PhyMemMode:{physical:d}')
            self._physical = physical

    def read(self, address, size, physical=False):
        self._mode(physical)
        answer = self.ask(f'm{address:x},{size:x}')
        if answer.startswith('E'):
            raise ValueError(f'{address:#x} cannot be read')
        return bytes.fromhex(answer)

    def write(self, address, data, physical=False):
        self._mode(physical)
        for at in range(0, len(data), PIECE):
            piece = data[at:at + PIECE]
            self._do(f'M{address + at:x},{len(piece):x}:{piece.hex()}')

    def read_phys(self, address, size):
        return self.read(address, size, True)

    def write_phys(self, address, data):
        self.write(address, data, True)

    # To run, and to stand.

    def hbreak(self, address):
        self._do(f'Z1,{address:x},1')

    def unbreak(self, address):
        self._do(f'z1,{address:x},1')

    def cont(self):
        """Its answer, when it stands again, is for receive()."""
        self.send('c')

    def interrupt(self):
        self.link.sendall(b'\x03')

    def close(self):
        self.link.close()
