# SPDX-License-Identifier: GPL-2.0-or-later
"""The image of the campaign: all drivers, a client of each that uses it all
the time and checks what it is told, and the task `beat` (tasks/load)."""
import dataclasses
import os
import socket
import struct

from harness import qemu

# Deaths may come by the thousand, but not so close that who dies each time it
# starts leaves no processor to others; a hang is cheap.
FOREVER = ('restart=always restart-delay=10ms restart-max-delay=20ms '
           'start-limit=0 ready-timeout=1s')
ALL = f'{FOREVER} watchdog=100ms memory=4M irq-rate=1000'
OFTEN = f'{ALL} op-timeout=500ms'
# A transfer of edu's takes 100 ms, and who never waits makes another wait for
# the kernel's quantum, as long, each time that he is to run.
SELDOM = f'{ALL} op-timeout=1s'
CLIENT = 'restart=always restart-delay=0 start-limit=0'
MEMORY = 192 << 20
DMA = 0x210000000000, 0x210000004000    # the first of it, where queues are
STILL_PAGES = 1024      # 4 MiB that nobody was given


@dataclasses.dataclass(frozen=True)
class Driver:
    """program: its ELF file's name.  clients: names of tasks that use it.
    dma: its device transfers by itself.  starts: most of it runs only when it
    starts, so faults in it are made there."""
    name: str
    program: str
    clients: tuple
    slot: int = None
    starts: bool = False

    @property
    def dma(self):
        return self.slot is not None

    @property
    def function(self):
        return None if self.slot is None else f'00:{self.slot:02x}.0'


def _driver(name, program=None, slot=None, starts=False, more=()):
    return Driver(name, program or name, (f'c-{name}', *more), slot, starts)


DRIVERS = {d.name: d for d in (
    _driver('hello'), _driver('uart'), _driver('rtc'), _driver('ramdisk'),
    _driver('edu', slot=4), _driver('virtio-rng', slot=5),
    # A death of the disk's driver is seen by who has a partition of it.
    _driver('virtio-blk', slot=6, more=('c-part', 'c-vda1')),
    _driver('part', starts=True),
    _driver('virtio-net', slot=7), _driver('e1000', slot=8),
    _driver('e1000e', 'e1000', slot=9))}

TEXT = '''
kernel-ext --log-level=N
qemu -device pvpanic,ioport=0x505 -action panic=pause
qemu -chardev udp,id=uart,host=127.0.0.1,port={port},localaddr=127.0.0.1,localport={port}
qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=uart
qemu -blockdev driver=file,node-name=vda-file,filename={disk},cache.no-flush=on
qemu -blockdev driver=raw,node-name=vda-raw,file=vda-file,cache.no-flush=on
qemu -blockdev driver=blkdebug,node-name=vda-debug,image=vda-raw,cache.no-flush=on
qemu -device edu,addr=4,id=edu,dma_mask=0xffffffff
qemu -device virtio-rng-pci,disable-legacy=on,addr=5,id=virtio-rng
qemu -device virtio-blk-pci,disable-legacy=on,addr=6,id=vda,drive=vda-debug
qemu -netdev user,id=n0 -device virtio-net-pci,disable-legacy=on,addr=7,id=virtio-net,netdev=n0
qemu -netdev user,id=n1 -device e1000,addr=8,id=e1000,netdev=n1
qemu -netdev user,id=n2 -device e1000e,addr=9,id=e1000e,netdev=n2
qemu -object memory-backend-file,id=ones,size=16K,mem-path={ones},share=on,readonly=on
qemu -device ivshmem-plain,addr=0x1e,id=ones,memdev=ones
task hello {often}
task uart {often}
task rtc {often}
task ramdisk {often} -- 1M
task edu {seldom}
task virtio-rng {often}
task virtio-blk {often}
task part {forever} watchdog=100ms provides=vda1
task virtio-net {often}
task e1000 {often}
task e1000e=e1000 {often} pci=8086:10d3 provides=eth2 -- eth2
task beat=build/tasks/load/beat operator=yes restart=no ioports=0x505-0x505 -- {pages}
task c-hello=load {client} needs=hello complains=hello -- hello hello line
task c-uart=load {client} needs=uart complains=uart -- uart uart serial
task c-rtc=load {client} needs=rtc complains=rtc -- rtc rtc clock
task c-ramdisk=load {client} needs=ramdisk complains=ramdisk -- ramdisk ramdisk ring 16
task c-edu=load {client} needs=edu complains=edu -- edu edu buffer
task c-virtio-rng=load {client} needs=random complains=virtio-rng -- virtio-rng random random
task c-virtio-blk=load {client} needs=vda complains=virtio-blk -- virtio-blk vda ring 64
task c-vda1=load {client} needs=vda1 complains=virtio-blk -- virtio-blk vda1 rpc 64
task c-part=load {client} needs=vda1 complains=part -- part vda1 part
task c-virtio-net=load {client} needs=eth0 complains=virtio-net -- virtio-net eth0 echo 15
task c-e1000=load {client} needs=eth1 complains=e1000 -- e1000 eth1 echo 16
task c-e1000e=load {client} needs=eth2 complains=e1000e -- e1000e eth2 echo 17
'''


def device(name):
    """The first device of a driver."""
    return {'virtio-rng': 'random', 'virtio-blk': 'vda', 'part': 'vda1',
            'virtio-net': 'eth0', 'e1000': 'eth1', 'e1000e': 'eth2'
            }.get(name, name)


def machine(args, iommu):
    """QEMU's command up to the devices."""
    was = os.environ.pop('MACHINE', None)
    if iommu:
        os.environ['MACHINE'] = 'iommu'
    base, args = qemu.machine(args)
    base = [*base]
    os.environ.pop('MACHINE', None)
    if was:
        os.environ['MACHINE'] = was
    base[base.index('-m') + 1] = str(MEMORY >> 20)
    return [*base, *args]


FIRST = 1024            # record of the disk's only partition
IN_IT = bytes(range(256)) * 2


CLIENTS, CLIENTS_HAVE = 64, 64  # records, of the disk and of the partition


def _disk(records=4096):
    """One primary partition; what is in its first record stays there."""
    data = bytearray(records * 512)
    struct.pack_into('<B3sB3sII', data, 446, 0, b'', 0x83, b'', FIRST,
                     records - FIRST)
    data[510:512] = b'\x55\xaa'
    data[FIRST * 512:(FIRST + 1) * 512] = IN_IT
    return bytes(data)


DISK = _disk()


def disk_is_whole(folder):
    """Is what no client writes as it was?"""
    data = bytearray((folder / 'disk.raw').read_bytes())
    for first in CLIENTS, FIRST + CLIENTS:
        at, end = first * 512, (first + CLIENTS_HAVE) * 512
        data[at:end] = bytes(end - at)
    return data == DISK


def free_port():
    """A UDP port of the host's, for a serial line whose end is its beginning:
    what the guest sends comes back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def text(folder, hardened=False):
    (folder / 'disk.raw').write_bytes(DISK)
    (folder / 'ones').write_bytes(b'\xff' * (16 << 10))
    image = TEXT.format(client=CLIENT, port=free_port(), disk=folder / 'disk.raw',
                        ones=folder / 'ones',
                        often=OFTEN, seldom=SELDOM, forever=FOREVER,
                        pages=STILL_PAGES)
    return ('hardened=yes\n' if hardened else '') + image
