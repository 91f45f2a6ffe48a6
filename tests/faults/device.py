# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices: they fail, do not answer, interrupt without an end or never, are
gone.  By QEMU, past the guest: the disk is another that fails, registers lie
below memory that is all ones, interrupts are switched off at the function.
(Devices that say what is not so: answers.py.)

An error of the device's is an error to its client, and late is what its driver
was told of late: neither is a bad outcome.  That its driver, or the device with
its next incarnation, goes on afterwards is what counts."""
import re

import answers
import bus
import drivers
from kind import Kind

NIC = ('virtio-net', 'e1000', 'e1000e')
VIRTIO = answers.VIRTIO
PCI = ('edu', *VIRTIO, 'e1000', 'e1000e')
DISK = ('virtio-blk',)
SEEN = frozenset({'error', 'late'})
WIRE = {'virtio-net': 'n0', 'e1000': 'n1', 'e1000e': 'n2'}
RTC_INDEX, RTC_DATA, RTC_RATE, RTC_INTERRUPTS = 0x70, 0x71, 0x0a, 0x0b


# A disk that fails.

def _drive(guest, node):
    guest.qmp('qom-set', path='/machine/peripheral/vda', property='drive',
              value=node)


def _fails(*iotypes):
    """All requests of these types, for a while; or each so often one."""
    def way(guest, driver, rng):
        errno = rng.choice((5, 28, 110, 121))
        once = rng.random() < 0.5
        node = f'bad{rng.randrange(1 << 40):x}'
        guest.qmp('blockdev-add', **{
            'driver': 'blkdebug', 'node-name': node, 'image': 'vda-raw',
            'inject-error': [{'event': 'none', 'iotype': iotype,
                              'errno': errno, 'once': once}
                             for iotype in iotypes]})
        _drive(guest, node)
        beats = rng.randrange(2, 30)
        try:
            guest.run(beats)
        finally:
            _drive(guest, 'vda-debug')
            guest.qmp('blockdev-del', **{'node-name': node})
        return {'errno': errno, 'once': once, 'beats': beats}
    return way


# A device that does not hear, or is not heard.

def deaf(guest, driver, rng):
    """It does not see that its driver has told it of requests."""
    count = rng.randrange(1, 4)
    for n in range(count):
        regs = guest.stop_at(
            driver, drivers.symbols(driver)['virtio_pci_notify'], 60)
        if not regs:
            return {'times': n} if n else None
        answers.leave(guest, regs)
    return {'times': count}


def _silence(guest, driver):
    bus.command(guest, guest.function(driver), on=bus.NO_INTX)


def silent(guest, driver, rng):
    """It does not interrupt until its driver is dead, or for good."""
    _silence(guest, driver)
    guest.undo(lambda: bus.command(guest, guest.function(driver),
                                   off=bus.NO_INTX))
    return {'interrupts': 'off'}


def hushed(guest, driver, rng):
    """Its interrupts are late."""
    beats = rng.randrange(1, 25)
    _silence(guest, driver)
    guest.run(beats)
    bus.command(guest, guest.function(driver), off=bus.NO_INTX)
    return {'beats': beats}


# One that is heard all the time.

RAISE = {'edu': (0x60, 'edu_interrupt'), 'e1000': (0xc8, 'interrupt'),
         'e1000e': (0xc8, 'interrupt')}


def storm(guest, driver, rng):
    """It interrupts again whenever its driver has seen that it did."""
    at, handler = RAISE[driver]
    register = bus.bar(guest, guest.function(driver), 0) + at
    times, n = rng.randrange(3, 30), 0
    bits = rng.choice((1, 4, 0x80, 0x81, rng.randrange(1, 1 << 16)))
    bus.poke(guest, register, bits)
    for n, _ in enumerate(drivers.stops(guest, driver, handler, 10), 1):
        bus.poke(guest, register, bits)
        if n == times:
            break
    return {'bits': bits, 'times': n}


def clock_storm(guest, driver, rng):
    """The clock's periodic interrupt, 8,192 a second, which nobody asked for."""
    def register(index, value=None):
        guest.hmp(f'o/b {RTC_INDEX:#x} {index:#x}')
        if value is not None:
            guest.hmp(f'o/b {RTC_DATA:#x} {value:#x}')
        return int(guest.hmp(f'i/b {RTC_DATA:#x}').split('0x')[-1], 16)

    was = register(RTC_RATE), register(RTC_INTERRUPTS)
    register(RTC_RATE, was[0] & 0xf0 | 3)
    register(RTC_INTERRUPTS, was[1] | 0x40)
    beats = rng.randrange(5, 50)
    guest.run(beats)
    register(RTC_RATE, was[0])
    register(RTC_INTERRUPTS, was[1])
    return {'beats': beats}


# One that is not there.

def ones(guest, driver, rng):
    """Its registers, for a while, through deaths of its driver if it comes to
    that."""
    at = bus.bar(guest, guest.function(driver), 4 if driver in VIRTIO else 0)
    beats = rng.choice((1, 2, 5, 20, 50))
    bus.cover(guest, at)
    guest.run(beats)
    bus.uncover(guest)
    return {'bar': hex(at), 'beats': beats}


def unplugged(guest, driver, rng):
    """For good: the guest's own answer to the ACPI is given for it.  The bus of
    the machine with an IOMMU lets nobody do that."""
    if guest.iommu:
        return None
    slot = int(re.split('[:.]', guest.function(driver))[1], 16)
    guest.qmp('device_del', id='vda' if driver == 'virtio-blk' else driver)
    guest.hmp('o/w 0xae10 0')
    guest.hmp(f'o/w 0xae08 {1 << slot:#x}')
    return {'slot': slot, 'spoils': True}


def link(guest, driver, rng):
    """The cable is pulled out and put in."""
    for _ in range(rng.randrange(1, 4)):
        guest.qmp('set_link', name=WIRE[driver], up=False)
        guest.run(rng.randrange(1, 10))
        guest.qmp('set_link', name=WIRE[driver], up=True)
        guest.run(rng.randrange(1, 4))
    return {'link': WIRE[driver]}


WAYS = {
    'read-errors': (_fails('read'), Kind(DISK, SEEN)),
    'write-errors': (_fails('write'), Kind(DISK, SEEN)),
    'flush-errors': (_fails('flush'), Kind(DISK, SEEN)),
    'errors': (_fails('read', 'write', 'flush'), Kind(DISK, SEEN)),
    'deaf': (deaf, Kind(VIRTIO, SEEN)),
    'no-interrupts': (silent, Kind(PCI, SEEN)),
    'late-interrupts': (hushed, Kind(PCI, SEEN)),
    'storm': (storm, Kind(tuple(RAISE), SEEN)),
    'clock-storm': (clock_storm, Kind(('rtc',), SEEN | {'wrong'})),
    'ones': (ones, Kind(PCI, SEEN)),
    'unplugged': (unplugged, Kind(PCI, SEEN)),
    'link': (link, Kind(NIC, SEEN)),
}
KINDS = {**{name: kind for name, (_, kind) in WAYS.items()}, **answers.KINDS}


def inject(guest, driver, kind, rng):
    if kind in answers.KINDS:
        return answers.inject(guest, driver, kind, rng)
    return WAYS[kind][0](guest, driver, rng)
