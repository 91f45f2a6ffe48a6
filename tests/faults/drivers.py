# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of the drivers of the image, by their names in it."""
import functools
import subprocess

import programs
import scene

TRIES = 30              # stops, for one: each costs QEMU much


def symbols(driver):
    return programs.symbols(scene.DRIVERS[driver].program)


def stops(guest, driver, name, beats=60):
    """Registers each time that it calls this function, for as long as it does
    in so many beats."""
    address = symbols(driver)[name]
    while regs := guest.stop_at(driver, address, beats):
        yield regs
        if guest.gdb.pc() == address:
            guest.gdb.ask('s')      # off the place where it would stop again


@functools.lru_cache(None)
def first(driver, name):
    """Of several with this name, which are static, that of its own files:
    they are linked before the libraries."""
    out = subprocess.run(['nm', '-n', '-P', programs.file(
        scene.DRIVERS[driver].program)], check=True, capture_output=True,
        text=True).stdout
    return next(int(words[2], 16) for words in map(str.split, out.splitlines())
                if words[0] == name)


def text(driver):
    """(first, end) of its instructions."""
    return programs.text_range(scene.DRIVERS[driver].program)


def clients(driver):
    return scene.DRIVERS[driver].clients
