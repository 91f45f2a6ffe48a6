# SPDX-License-Identifier: GPL-2.0-or-later
"""Pieces of machine code that a driver is made to run: it is stopped, they are
put on its own stack, which is executable and nobody else's, and it goes on
there.  Nothing has to be put back when it is dead."""
import struct

REGISTERS = ('rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi',
             'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15')
ARGUMENTS = ('rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9')
RESULT = None           # as an argument: what the call before it returned
SPIN = b'\xeb\xfe'      # jmp to itself
RECURSE = b'\xe8\xfb\xff\xff\xff'   # call of itself
SWTCH = -60             # give the processor up


def load(register, value):
    n = REGISTERS.index(register)
    return struct.pack('<BBQ', 0x49 if n > 7 else 0x48, 0xb8 + n % 8,
                       value & (1 << 64) - 1)


def move(to, source):
    to, source = REGISTERS.index(to), REGISTERS.index(source)
    return bytes((0x48 + (to > 7) + 4 * (source > 7), 0x89,
                  0xc0 + 8 * (source % 8) + to % 8))


def call(function, *arguments):
    """Six arguments in registers; all that come after are 0."""
    code = b'\x6a\x00\x6a\x00'      # push two zeroes
    for register, value in zip(ARGUMENTS, arguments):
        code += (move(register, 'rax') if value is RESULT
                 else load(register, value))
    code += load('rax', function) + b'\xff\xd0'
    return code + b'\x48\x83\xc4\x10'   # and drop them


def trap(number):
    return b'\x48\xc7\xc0' + struct.pack('<i', number) + b'\x0f\x05'


def loop(body):
    return body + b'\xe9' + struct.pack('<i', -len(body) - 5)


def times(count, body):
    """rbx is kept by what is called."""
    body += b'\x48\xff\xcb\x0f\x85'     # dec rbx; jnz
    return load('rbx', count) + body + struct.pack('<i', -len(body) - 4)


def touch():
    """What rax points to, if it does."""
    return b'\x48\x85\xc0\x74\x02\x88\x00'


def wait_for_word(address):
    """Until it is what it will never be."""
    return loop(load('rax', address) + b'\x83\x38\x00')     # cmp [rax], 0
