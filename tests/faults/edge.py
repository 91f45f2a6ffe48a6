# SPDX-License-Identifier: GPL-2.0-or-later
"""The supervisor's edge: two deaths at once, deaths while another is taken up,
before the next incarnation is ready, while devices settle; of a driver with its
clients, of all.  Drivers are broken in the middle of what they do, or
kernel-ext finds them dead at a chosen message (kx.py)."""
import re

import drivers
import kx
from kind import Kind

# Two deaths of its own with one request: its client may be told that it failed.
BLAMED = frozenset({'error'})
CAUSES = ('OPERATOR', 'HANG_BLOCKED')
# What a driver does before it is ready,
STARTS = ('_start', 'main', 'usrd_driver_create', 'usrd_driver_register',
          'usrd_driver_add_device', 'usrd_driver_run', 'usrd_msg_ready',
          'usrd_loop')
# and what kernel-ext does after a death.
STEPS = ('kx_held', 'kx_spawn', 'kx_driver_ready', 'kx_handles_replay',
         'kx_background', 'kx_bury', 'kx_reap', 'kx_report_one')
SETTLES = ('kx_pci_settle', 'kx_pci_settled')
DEATH = re.compile(r' (\S+)#\d+ death ')


def _others(guest, driver, rng, most):
    rest = [name for name in guest.drivers if name != driver]
    return [driver, *rng.sample(rest, min(rng.randrange(1, most + 1),
                                          len(rest)))]


def _at_once(guest, rng):
    return 0


def _sometime(guest, rng):
    """A message or two later, or when it is at some step of what follows."""
    step = rng.choice((*STEPS, 0, 1, 2, 3))
    if isinstance(step, str):
        kx.after(guest, step)
    elif step:
        kx.top(guest, step)
    return step


def _down(guest, names):
    """Who does not come back.  Who was given up, as policy says, is started
    by the operator."""
    for _ in range(12):
        guest.run(5)
        kx.top(guest)
        names = [name for name in names if not kx.current(guest, name)]
        if not names:
            break
        for name in names:
            kx.order(guest, name, 'START')
    return names


def _kill(guest, names, rng, between=_at_once):
    """One after the other: kernel-ext finds them dead."""
    cause = rng.choice(CAUSES)
    kx.top(guest)
    done, steps = [], []
    for n, name in enumerate(names):
        if n:
            steps.append(between(guest, rng))
        if kx.kill(guest, name, cause):
            done.append(name)
    return {'victims': done, 'cause': cause, 'between': steps}


def together(guest, driver, rng):
    return _kill(guest, _others(guest, driver, rng, 3), rng)


def meanwhile(guest, driver, rng):
    """While the death of one is taken up another dies, and another."""
    return _kill(guest, _others(guest, driver, rng, 3), rng, _sometime)


def all_drivers(guest, driver, rng):
    names = list(guest.drivers)
    rng.shuffle(names)
    return _kill(guest, names, rng)


def _with_clients(guest, names, rng, between):
    names = list(names)
    rng.shuffle(names)
    done = _kill(guest, names, rng, between)
    guest.run(30)           # they wait until their drivers are ready
    guest.clients_anew()
    return done


def with_clients(guest, driver, rng):
    """It and who uses it."""
    return _with_clients(guest, [driver, *drivers.clients(driver)], rng,
                         rng.choice((_at_once, _sometime)))


def everybody(guest, driver, rng):
    names = {client for name in guest.drivers
             for client in drivers.clients(name)}
    return _with_clients(guest, [*guest.drivers, *sorted(names)], rng,
                         _at_once)


def crashes(guest, driver, rng):
    """All drivers, each at its next message: they jump to nowhere."""
    left = {name: drivers.symbols(name)['mach_msg_trap']
            for name in guest.drivers}
    done = []
    while left:
        found = guest.until(list(left.items()), 30)
        if not found:
            break
        guest.gdb.set_regs({'rip': rng.randrange(4096)})
        del left[found[0]]
        done.append(found[0])
    return {'victims': done}


def again(guest, driver, rng):
    """The next incarnation dies before it is ready, and that after it."""
    done = _kill(guest, [driver], rng)
    symbols, places = drivers.symbols(driver), []
    for _ in range(rng.randrange(1, 5)):
        place = rng.choice([s for s in STARTS if s in symbols])
        if not guest.stop_at(driver, symbols[place], 50):
            break
        guest.gdb.set_regs({'rip': rng.randrange(4096)})
        places.append(place)
    return {**done, 'places': places}


def killed_again(guest, driver, rng):
    """The same, but that kernel-ext kills it, at any step of its start."""
    done = _kill(guest, [driver], rng)
    steps = []
    for _ in range(rng.randrange(1, 5)):
        step = _sometime(guest, rng)
        steps.append((step, kx.kill(guest, driver, rng.choice(CAUSES))))
    return {**done, 'steps': steps}


def both_ways(guest, driver, rng):
    """It crashes, and is killed before kernel-ext has heard of that."""
    if not guest.catch(driver, rng):
        return None
    guest.gdb.set_regs({'rip': rng.randrange(4096)})
    return _kill(guest, [driver], rng)


def orders(guest, driver, rng):
    """The operator's commands, one upon the other, also to what settles: with
    a dead client its rings make its device do that."""
    names = [driver]
    if rng.random() < 0.5:
        names += drivers.clients(driver)
    done = {**_kill(guest, names, rng), 'orders': []}
    for _ in range(rng.randrange(1, 6)):
        step = rng.choice((*STEPS, *SETTLES, 0, 1))
        if isinstance(step, str):
            kx.after(guest, step)
        elif step:
            kx.top(guest, step)
        event = rng.choice(('START', 'STOP', 'RESTART', 'KILL'))
        done['orders'].append((step, event, kx.order(guest, driver, event)))
    for beats in 2, 5, 20, 110:     # a stop, and settling, may take a second
        guest.run(beats)
        kx.top(guest)
        if kx.current(guest, driver) or kx.order(guest, driver, 'START'):
            break
    if names[1:]:
        guest.run(20)
        guest.clients_anew()
    return done


WAYS = {
    'together': (together, Kind()),
    'meanwhile': (meanwhile, Kind()),
    'all-drivers': (all_drivers, Kind()),
    'with-clients': (with_clients, Kind()),
    'everybody': (everybody, Kind()),
    'crashes': (crashes, Kind()),
    'again': (again, Kind(may=BLAMED)),
    'killed-again': (killed_again, Kind(may=BLAMED)),
    'both-ways': (both_ways, Kind()),
    'orders': (orders, Kind(may=BLAMED)),
}
KINDS = {name: kind for name, (_, kind) in WAYS.items()}


def _told(guest, names, seen):
    """The log says so of each: after many at once it is behind for seconds."""
    left = {*names}
    for _ in range(200):
        left -= {found[1] for line in guest.lines[seen:]
                 if (found := DEATH.search(line))}
        if not left:
            return
        guest.run(1)
    raise RuntimeError(f'no death of {left} in the log')


def inject(guest, driver, kind, rng):
    seen = len(guest.lines)
    done = WAYS[kind][0](guest, driver, rng)
    if done and len(done['victims']) > 1:
        done['down'] = _down(guest, done['victims'])
        _told(guest, done['victims'], seen)
    return done
