#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Both controllers of e1000 and a host on each, all with their own checksums:
they answer after kills of the drivers, of the hosts whose buffers the device
has, and after the link was down, which is said once each way."""
from harness import Scenario, nics, witness

s = Scenario('', seconds=80, sleep=True)
both = [nics.Nic(s, kind, words='start-limit=0') for kind in ('e1000', 'e1000e')]


def all_answer(when):
    for nic in both:
        nic.answers(s, when)


with s.boot(f'{witness.TASKS}{nics.tasks(both)}task shell\n',
            args=nics.args(both), qmp=True) as m:
    m.expect_all(*(rf' {nic.stack}#1 log text="net: address={nic.address} '
                   for nic in both))
    all_answer('at first')
    for kills in (2, 3):
        for nic in both:
            m.send(f'kill {nic.driver}')
            m.expect(rf' {nic.driver}#{kills} restart ')
    all_answer('after two kills')
    for nic in both:
        m.send(f'kill {nic.stack}')
        m.expect(rf' {nic.stack}#2 log text="net: address=')
    all_answer('with other clients')
    for nic in both:
        m.qmp('set_link', name=nic.network, up=False)
        m.expect(rf' {nic.driver}#3 log text="the link is down"')
        nic.wire.drain(0.05)
        s.check(nic.peer.ping(1) is None, f'{nic.driver}: without a link none')
        m.send(f'kill {nic.driver}')
        m.expect(rf' {nic.driver}#4 log text="the link is down"')
        m.qmp('set_link', name=nic.network, up=True)
        m.expect(rf' {nic.driver}#4 log text="the link is up"')
    all_answer('with the link back')
    witness.unharmed(s, m, slowest=300_000)     # the stack never waits
for nic in both:
    said = [line for line in m.lines if f' {nic.driver}#' in line and
            ' the link is' in line.replace('"', ' ')]
    s.check(len(said) == 3, f'{nic.driver}: three changes in three lines', *said)
    s.check(nic.peer.bad == 0, f'{nic.driver}: each checksum is right')
s.forbid(r' e1000e?#\d+ death cause=(?!operator)', 'they die of the kills only')
witness.undisturbed(s)
s.done()
