# SPDX-License-Identifier: GPL-2.0-or-later
"""A host of the guest's on each kind of network device, under hostile frames:
none dies, and what there is in the system is afterwards what it was before."""
from . import nics, witness
from .barrage import barrage
from .scenario import Scenario

COUNT = (r' census#{} log text="incarnation=\d+ tasks=(\d+) threads=(\d+) '
         r'ports=(\d+) free=(\d+) us=\d+ ')
SLAB = 80       # pages that the kernel takes at once for its own small objects


def barraged(frames, seconds, rounds=2, kills=0, seed=1):
    """A scenario of its own: so many frames to each host in all; with kills,
    each driver is killed so often meanwhile, once a second."""
    s = Scenario('', seconds=seconds, sleep=True)
    three = [nics.Nic(s, kind, words='start-limit=0 restart-delay=0' * bool(
        kills)) for kind in nics.KINDS]
    counts = []
    with s.boot(f'{witness.TASKS}{nics.tasks(three)}{_killers(three, kills)}'
                'task shell\ntask census -- hello 0 1 500\n',
                args=nics.args(three)) as m:
        m.expect_all(*(rf' {nic.stack}#1 log text="net: address={nic.address} '
                       for nic in three))
        for n in range(rounds):
            for nic in three:
                barrage(lambda good, name, *detail, nic=nic: s.check(
                    good, f'{nic.driver}: {name}', *detail),
                    nic.wire, seed + n, frames // rounds, nic.mac, nic.address)
            m.send('start census')
            counts.append([*map(int, m.expect(
                COUNT.format(n + 2), name=f'counted, {n + 1} of {rounds}'
            ).groups())])
        m.expect_all(*(rf' killer{n}#1 log text=kills={kills}$'
                       for n in range(len(three)) if kills))
        witness.unharmed(s, m, slowest=500_000)
    _compare(s, counts, kills)
    s.forbid(r' stack\d#\d+ (death|crash|deny)', 'no host died')
    s.forbid(r' (virtio-net|e1000e?)#\d+ death cause=' + '(?!operator)' * bool(
        kills), 'and no driver, of itself' if kills else 'and no driver')
    witness.undisturbed(s)
    s.done()


def _compare(s, counts, kills):
    """Killers end at some time, and are not there then."""
    for name, column in (('tasks', 0), ('threads', 1), ('port names', 2)):
        seen = [count[column] for count in counts]
        s.check(len(set(seen)) == 1 or kills, f'{name} were: {seen}')
    free = [count[3] for count in counts]
    s.check(free and max(free) - min(free) <= SLAB,
            f'free pages have no trend: {free}')


def _killers(three, kills):
    return ''.join(f'task killer{n}=killer -- {nic.driver} {kills} {n + 1} 1000\n'
                   for n, nic in enumerate(three)) if kills else ''
