# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured: each function boots an image under `-icount shift=0`,
where a nanosecond of the guest's time is an instruction, and yields
(name, value, unit)."""
import gzip
import pathlib
import re
import statistics
import time

from harness import Failed, qemu, transfer
from harness.machine import Machine
from logtools import line as logline
import confined
import peer
from stub import Stub
import wire

import image
import iso

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'build' / 'tests' / 'bench'
FIGURE = re.compile(r' bench#1 log text="bench (\S+) (\d+)"')
COUNTER = re.compile(r' bench#1 log text="bench boot.counter (\d+)"')
END = r' bench#1 death cause=(\S+)'


class Bench(Machine):
    """One boot; its task `bench` prints figures and exits."""

    def __init__(self, name, source, seconds, more=(), shift=0):
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        built = image.parse(source, name)
        iso.write(built, folder / 'iso')
        super().__init__(qemu.command(folder / 'iso', [*built.qemu, *more],
                                      folder, (shift, True)), folder, seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def figures(self):
        end = self.wait(END)[1]
        if end != 'exit:0':
            raise Failed(f'the task bench ended with {end}')
        found = filter(None, map(FIGURE.search, self.lines))
        return [(match[1], int(match[2])) for match in found]


def measure(name, source, seconds=120):
    with Bench(name, source, seconds) as bench:
        return bench.figures()


def restart():
    """1,000 crashes of hello, and their steps."""
    for name, value in measure('restart', """
            task hello=build/tasks/bench/bench-hello watchdog=300ms \
                 restart-delay=0 start-limit=0
            task bench -- restart""", 280):
        yield name, value, 'instructions'


def hang():
    """From a call that never returns, until the next incarnation is ready."""
    for name, value in measure('hang', """
            task hello=build/tasks/bench/bench-hello watchdog=100ms \
                 restart-delay=0 start-limit=0
            task bench -- hang"""):
        yield name, value // 1000, 'us'


def calls():
    """Calls from another task: on hello, and on a server that only
    answers; again on a hardened kernel."""
    for kernel, prefix in ('no', 'call.'), ('yes', 'call.hardened.'):
        for name, value in measure('calls', f"""
                hardened={kernel}
                task hello
                task null=build/tasks/bench/null watchdog=0
                task bench needs=hello,null -- calls"""):
            yield prefix + name.removeprefix('call.'), value, 'instructions'


def io():
    """Registration, opens, reads and writes; again after 1,000 restarts."""
    for name, value in measure('io', """
            task bench-store=build/tasks/bench/store watchdog=300ms \
                 restart-delay=0 start-limit=0
            task bench needs=bench-store -- io""", 280):
        yield name, value, 'instructions'


def interrupt():
    """From a device, by the kernel and kernel-ext, to the handler."""
    for name, value in measure('interrupt', """
            qemu -chardev null,id=loop
            qemu -device isa-serial,iobase=0x2e8,irq=3,chardev=loop
            task bench-irq=build/tasks/bench/irq ioports=0x2e8-0x2ef irq=3 \
                 watchdog=300ms
            task bench needs=bench-irq -- interrupt"""):
        yield name, value, 'instructions'


BLOCK = """
    task bench-soaker=build/tasks/bench/soaker watchdog=0
    task virtio-blk=build/tasks/bench/virtio-blk pci=1af4:1042 dma=3M \
         provides=vda restart-delay=0 start-limit=0 -- vda
    task bench=build/tasks/bench/blocks operator=yes restart=no \
         needs=bench-soaker,vda -- vda virtio-blk"""


def blocks(name, disk, what, seconds):
    source = f'qemu {" ".join(disk)}\n{BLOCK} {what}'
    return medians(measure(name, source, seconds))


def medians(figures):
    """(name, median, spread): of the rounds that have the same name."""
    rounds = {}
    for name, value in figures:
        rounds.setdefault(name, []).append(value)
    for name, values in rounds.items():
        middle = statistics.median(values)
        yield name, middle, (max(values) - min(values)) / (middle or 1)


def block():
    """Blocks of virtio-blk by RPC and by ring, and the system calls."""
    for name, value, _ in blocks('block', peer.DISK, 'rpc ring', 400):
        if name.endswith('.traps_x1000'):
            yield name.removesuffix('_x1000'), value / 1000, 'system calls'
        else:
            yield name, value, 'instructions'


def kills():
    """Kills of virtio-blk, of a disk that answers at once."""
    for name, value, _ in blocks('kills', peer.FAST, 'kills', 400):
        if name == 'block.share_ppm':
            yield ('block.share_with_a_kill_a_second',
                   round(value / 10_000, 2), '%')
        else:
            yield name, value, 'instructions'


def tcp():
    """TCP in bulk with a kill of the receiving card's driver each second."""
    with Bench('tcp', transfer.image(1), 300, shift=transfer.SHIFT) as bench:
        found = transfer.Transfer(bench.figures(), bench.lines)
    yield 'net.tcp.share_with_a_kill_a_second', found.share, '%'
    for name, values in (('outage', found.outage), ('stall', found.stall)):
        for part, value in zip(('median', 'p99'), values):
            yield f'net.tcp.{name}.{part}', round(value), 'us'


def iommu_boot(state):
    """{name: value} on a machine with an IOMMU that is on, or off."""
    disk = [word + ',iommu_platform=on' if word.startswith('virtio') else word
            for word in peer.DISK]
    source = f'''qemu -M q35 -device intel-iommu {' '.join(disk)}
        kernel-ext --iommu={state}
        {BLOCK} pages'''
    with Bench(f'iommu-{state}', source, 400) as bench:
        found = {name: value for name, value, _ in medians(bench.figures())}
        line = next(text for text in bench.lines
                    if ' kernel-ext boot modules=' in text)
        found['block.boot'] = round(logline.parse(line).time * 1e9)
    return found


def iommu():
    """What it costs that an IOMMU is on: requests, pages, the boot."""
    off = iommu_boot('off')
    on = iommu_boot('require')
    for depth in 1, 32:
        name = f'read_4k.depth_{depth}'
        yield f'block.iommu.{name}', on[f'block.{name}'], 'instructions'
        yield (f'block.iommu.of_off.{name}',
               round(on[f'block.{name}'] / off[f'block.{name}'], 3), 'of off')
    more = {size: on[f'block.open_close.{size}']
            - off[f'block.open_close.{size}'] for size in ('page', 'mib')}
    yield 'block.iommu.map_unmap.page', more['page'], 'instructions'
    yield 'block.iommu.map_unmap.mib', more['mib'], 'instructions'
    yield ('block.iommu.boot', on['block.boot'] - off['block.boot'],
           'instructions')
    yield from confined.packets(measure)


def network(name, driver, client, words, kinds):
    """(name, value, spread) of what the task `bench` measures on the far side
    of a wire."""
    with (wire.Wire(FOLDER / name) as cable,
          Bench(name, f"""
            task bench-soaker=build/tasks/bench/soaker watchdog=0
            task virtio-net=build/tasks/bench/{driver} pci=1af4:1041 dma=1M \
                 provides=eth0 -- eth0
            task bench=build/tasks/bench/{client} memory=8M watchdog=0 \
                 restart=no needs=bench-soaker,eth0 -- eth0 {words}""", 300,
                cable.qemu_words) as bench):
        bench.wait(rf'bench#1 log text="{client}: ready"')
        cable.measure(bench, kinds)
        yield from medians(bench.figures())


def packets():
    """UDP through the stack: an echo, and one way."""
    one_way = wire.kinds('net.udp.', wire.ONE_WAY)
    for name, value, _ in network(
            'packets', 'virtio-net', 'packets', f'{wire.GUEST}/24',
            wire.kinds('net.', wire.ECHOES) + one_way):
        if name.endswith('.traps_x1000'):
            yield name.removesuffix('_x1000'), value / 1000, 'system calls'
        elif not name.endswith('.driver'):
            yield name, value, 'instructions'


def layers(udp):
    """The same frames by ring alone, and so what each layer costs of UDP, whose
    figures are in UDP."""
    found = {name: value for name, value, _ in network(
        'frames', 'virtio-net-own', 'frames', '',
        wire.kinds('net.frames.', wire.ONE_WAY))}
    for what, *_ in wire.ONE_WAY:
        total, driver = (found[f'net.frames.{what}{part}']
                         for part in ('', '.driver'))
        yield f'net.{what}.driver', driver, 'instructions'
        yield f'net.{what}.ring', total - driver, 'instructions'
        yield (f'net.{what}.stack', udp[f'net.udp.{what}'] - total,
               'instructions')


def kernel_entry():
    """Where GRUB enters the kernel: the entry point of its ELF file."""
    with gzip.open(ROOT / image.KERNEL) as kernel:
        return int.from_bytes(kernel.read(32)[24:], 'little')


def boot():
    """The default image: GRUB's hand-over until kernel-ext starts, and until
    all is ready; the memory of each when that is over."""
    source = (ROOT / 'images' / 'default.image').read_text()
    gdb = pathlib.Path(qemu.socket_path(FOLDER / 'boot', 'gdb'))
    gdb.unlink(missing_ok=True)
    with Bench('boot', f'{source}\ntask bench -- boot', 200,
               ('-S', '-gdb', f'unix:{gdb},server=on,wait=off')) as bench:
        while not gdb.exists():
            time.sleep(0.01)
        entered = Stub(gdb).tsc_at(kernel_entry())
        up = bench.wait(r' kernel-ext up ready=\d+ failed=0 took=(\d+)us')
        figures = bench.figures()
        # The counter at a time of the log says where the log's time began.
        line = next(filter(COUNTER.search, bench.lines))
        began = (int(COUNTER.search(line)[1])
                 - round(logline.parse(line).time * 1e9))
        yield 'boot.kernel', began - entered, 'instructions'
        yield ('boot.all_ready', began - entered + int(up[1]) * 1000,
               'instructions')
        for name, value in figures:
            if name not in ('memory.bench', 'boot.counter'):
                yield name, value, 'KiB'


def sizes():
    """What is loaded of each file, without symbols."""
    built = image.parse('task hello', 'sizes')
    files = {path.name: len(data) for path, data in built.check().items()}
    for name in ('hello', 'kernel-ext', 'guard'):
        yield f'size.{name}', files[name], 'bytes'


def linux(ours):
    """Debian's Linux kernel with the same devices, and what part of its cost
    ours is: of O_DIRECT one at a time, else of io_uring."""
    theirs = {name: value for name, value, _ in
              medians(peer.rounds(qemu.BASE))}
    for name, value in theirs.items():
        yield name, value, 'instructions'
    for what, linux_has in (('read_4k.depth_1', 'pread'),
                            ('write_4k.depth_1', 'pread'),
                            ('read_4k.depth_32', 'uring'),
                            ('write_4k.depth_32', 'uring'),
                            ('read_mib', 'pread')):
        yield (f'block.of_linux.{what}',
               round(ours[f'block.ring.{what}']
                     / theirs[f'linux.{linux_has}.{what}'], 2), 'of Linux')
    for what, *_ in wire.ECHOES:
        yield (f'net.of_linux.{what}',
               round(ours[f'net.{what}'] / theirs[f'linux.{what}'], 2),
               'of Linux')


def all_figures(with_linux):
    ours = {}
    for part in (restart, hang, calls, io, interrupt, block, kills, packets,
                 lambda: layers(ours), tcp, iommu, boot, sizes):
        for name, value, unit in part():
            ours[name] = value
            yield name, value, unit
    if with_linux:
        yield from linux(ours)


__all__ = ['Failed', 'all_figures']
