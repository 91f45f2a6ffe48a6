# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of a fault: the machine goes on until that is known.

none            nobody noticed anything, and its clients were served
recovered       it died, and its clients were served by the next incarnation
given-up        as policy says: its device is said absent or is never quiet, or
                it exits 0
client-error    a client saw what <usrd/client.h> says it does not, or was not
                served any more
wrong-data      a client was given other data than it wrote, as if right
other-task      a task or the client of a driver that has no part in it
qemu-lost       a device of QEMU's, used as it must not be, has QEMU end itself
kernel-ext-lost, kernel-lost
runner-error    the campaign's own: no outcome

In this order, the worst wins.  `healed`: after a client's error or wrong data
its clients are served as they should be again; after wrong data by a driver that
was replaced, mostly since the client complained.  `late`: a driver whose fault
was judged before this one met something yet, until it was killed to be rid of
it, or its client what it had stored.  `dma` counts pages on their own that a
device wrote to and nobody was given, or is text of a driver's."""
import re

import scene
from logtools import line as logline

OUTCOMES = ('none', 'recovered', 'given-up', 'client-error', 'wrong-data',
            'other-task', 'qemu-lost', 'kernel-ext-lost', 'kernel-lost')
GOOD = ('none', 'recovered', 'given-up')
# Drivers that stand on another: their clients are its clients.
STANDS_ON = {'virtio-blk': ('part',)}
LEAST = 6               # beats that a fault has at least: a hang is seen by then,
SERVED = 2              # rounds of the client's after which it has no effect,
PATIENCE = 350          # beats until nothing more is waited for
SHOWN = re.compile(r' log text="(error|wrong) ')


class Watch:
    """From before a fault is made until it is judged.  Harmed: drivers that
    had one before, and are being rid of it.  Stored: those whose clients may
    meet what it had them store, which a kill does not change."""

    def __init__(self, guest, driver, harmed=(), stored=()):
        self.guest, self.driver = guest, driver
        self.were_harmed = {*harmed, *stored} - {driver}
        self._stored = {*stored}
        self._still, self.late = {*self.were_harmed}, []
        self.victims = set()        # who is killed
        self.started = False        # by the runner, which no line tells
        self.seen = len(guest.lines)
        self.before = guest.counts()
        self.deaths, self.restarts, self.others = [], [], []
        self.failed, self.fallen, self.harmed = None, None, set()
        self.disturbed = set()      # who stands on it, and met it
        self.evidence = []

    def look(self):
        """What the log says by now."""
        lines = self.guest.lines
        for raw in lines[self.seen:]:
            try:
                line = logline.parse(raw)
            except logline.Malformed:
                continue
            if line:
                self._event(line)
        self.seen = len(lines)

    def _event(self, line):
        if SHOWN.search(line.text):
            self.evidence.append(line.text)
        if line.verb not in ('death', 'restart', 'failed', 'stopped', 'ready'):
            return
        if line.task != self.driver:
            # An operator's is the fresh start of who was harmed before; and
            # of who stands on this driver a client may think that it is he,
            # who himself ends when he reads what is not so.
            cause = line.keys.get('cause', '')
            if line.verb not in ('death', 'failed'):
                return
            if cause == 'operator':
                self._still -= {line.task} - self._stored
            elif line.task in self._still:
                self.late.append(line.text)
            elif line.task in STANDS_ON.get(self.driver, ()) and \
                    cause.split(':')[0] in ('complaint', 'exit'):
                self.disturbed.add(line.task)
                if line.verb == 'failed':   # by what it read, as policy says
                    self.failed = self.fallen = line
            else:
                self.others.append(line)
                self.harmed.add(line.task)
        elif line.verb == 'death':
            self.deaths.append(line)
        elif line.verb in ('restart', 'ready'):
            self.restarts.append(line)
            self.failed = self.fallen   # the operator has started it again
        elif line.keys.get('cause') != 'operator':  # who starts it again
            self.failed = line

    @property
    def up(self):
        """Each death was followed by somebody who is ready."""
        if not self.deaths or self.started:
            return True
        return bool(self.restarts) and \
            self.restarts[-1].time >= self.deaths[-1].time

    @property
    def own_deaths(self):
        return [d for d in self.deaths
                if self.victims or d.keys['cause'] != 'operator']

    def history(self):
        """The last lines about the others that met something."""
        return self.lines_of(self.harmed)

    def lines_of(self, tasks):
        return [line for line in self.guest.lines if any(
            f' {name}#' in line for name in tasks)][-8:]

    def good(self):
        now = self.guest.counts()[self.driver]
        return now['good'] - self.before[self.driver]['good']

    def complaints(self):
        now, before = (c[self.driver] for c in (self.guest.counts(),
                                                self.before))
        return sum(now[what] - before[what] for what in ('errors', 'wrong'))

    def wait(self, least, killed=False):
        """Until it is served again, or no longer waited for: is it?  killed:
        the operator's kill has to be in the log first."""
        at, known, complaints = 0, None, self.complaints()
        for beat in range(PATIENCE):
            self.guest.run(1)
            self.look()
            if self.failed or (beat > 20 and not self.deaths and
                               self.complaints() > complaints + 3):
                return False
            if not self.up or (killed and not self.deaths):
                known = None
                continue
            state = len(self.restarts)
            if state != known:
                known, at = state, self.good()
            if beat + 1 >= least and self.good() >= at + (
                    1 if self.deaths else SERVED):
                return True
        return False


def judge(watch, kind, done, sweeps):
    """The outcome and what goes with it."""
    guest, driver = watch.guest, watch.driver
    watch.victims = {*done.get('victims', ())}
    if 'orders' in done:        # a stop among them was followed by a start
        watch.look()
        watch.failed, watch.started = None, True
    served = watch.wait(LEAST, done.get('start'))
    guest.settle()
    if not served and not watch.failed and 'late' in kind.may or \
            served and sweeps and not watch.own_deaths:
        served = watch.wait(1)
    if served and sweeps and not guest.sweep(driver):
        served = False
    watch.look()
    found = _measured(watch)
    if watch.late:
        found['late'] = watch.late
    found['outcome'] = _outcome(watch, kind, served, found)
    if found['outcome'] not in GOOD:
        found['evidence'] = [*(line.text for line in watch.others),
                             *watch.evidence][:6]
        found['history'] = watch.history()
        found['healed'] = bool(served and (
            watch.own_deaths or found['outcome'] == 'client-error'))
        if not served:
            found['served'] = False
            found['counts'] = guest.counts()[driver]
            found['history'] += watch.lines_of({driver})
    return found


def _measured(watch):
    """Cause, outage in microseconds, what was silent before a hang was seen."""
    found = {}
    own = watch.own_deaths
    if own:
        found['cause'] = own[0].keys['cause']
        if len(own) > 1:
            found['deaths'] = len(own)
        if silent := logline.seconds(own[0].keys.get('silent')):
            found['silent'] = round(silent * 1e6)
        if watch.restarts and watch.up:
            outages = [logline.seconds(r.keys['outage'])
                       for r in watch.restarts if r.verb == 'restart']
            if outages:         # a start by an order says none
                found['outage'] = round(1e6 * max(outages))
    if watch.failed:
        found['failed'] = watch.failed.keys.get('cause')
    return found


def _outcome(watch, kind, served, found):
    now, driver = watch.guest.counts(), watch.driver
    more = {name: {what: now[name][what] - n for what, n in counts.items()}
            for name, counts in watch.before.items()}
    mine = (driver, *STANDS_ON.get(driver, ()))
    lost = {what: sum(more[name][what] for name in mine)
            for what in ('errors', 'wrong', 'lost', 'damaged')}
    found.update({what: n for what, n in lost.items() if n})
    part_in_it = {*mine, *watch.victims}
    for name in scene.DRIVERS:
        if {name, *scene.DRIVERS[name].clients} & watch.victims:
            part_in_it |= {name, *STANDS_ON.get(name, ())}
    affected = [line.text for line in watch.others
                if line.task not in part_in_it] + [
        name for name in more if name not in part_in_it | watch.were_harmed
        and (more[name]['errors'] or more[name]['wrong'])]
    if affected:
        found['affected'] = affected[:4]
        return 'other-task'
    if lost['wrong'] and 'wrong' not in kind.may:
        return 'wrong-data'
    if lost['errors'] and 'error' not in kind.may:
        return 'client-error'
    if watch.failed:
        return 'given-up'
    if not served:
        return 'client-error'
    return 'recovered' if watch.own_deaths else 'none'


class Fresh:
    """Another incarnation, as nobody has harmed it: begun at once, and waited
    for when there is need.  record: of the fault that it is to be rid of."""

    def __init__(self, guest, driver, record):
        self.record = record
        self.watch = Watch(guest, driver)
        guest.operator('kill', driver)

    @property
    def killed(self):
        """The one before has been."""
        self.watch.look()
        return any(d.keys['cause'] == 'operator' for d in self.watch.deaths)

    def wait(self):
        guest, driver = self.watch.guest, self.watch.driver
        for _ in range(3):
            while guest.order_result() is None:
                guest.run(1)
            if not guest.order_result():
                if self.watch.wait(1, True):
                    return True
                self.watch = Watch(guest, driver)
                guest.operator('kill', driver)
            else:
                self.watch = Watch(guest, driver)   # it was given up
                guest.operator('start', driver)
                if self.watch.wait(1):
                    return True
        return False
