# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scenarios of deaths and attacks have in common: something happens
to one task while a client, tasks/caller, calls hello all through."""
from .scenario import Scenario

TASKS = 'task hello\ntask caller\n'
# Of which all can be taken in some seconds.
SMALL = 'qemu -m 160\n'
REPORT = (r' caller#1 log text="calls=\d+ failures=0 slowest=(\d+)us '
          r'late=(\d+)us"')


def unharmed(s, m, slowest=100_000, late=None):
    """Since the start no call failed or was slow (us), it was let run in time,
    and hello still runs."""
    m.expect(REPORT, name='the client of hello goes on')
    report = m.expect(REPORT, name='without a failure')
    s.check(int(report[1]) < slowest, f'its slowest call took {report[1]} us',
            f'that is not under {slowest}')
    if s.exact:
        late = late or slowest
        s.check(int(report[2]) < late, f'it ran {report[2]} us late at most',
                f'that is not under {late}')


def undisturbed(s, stuck='stuck|'):
    """What must not be in the log, whoever died."""
    s.forbid(r' caller#1 log text="(open|call) .*failed',
             'no call of the client failed')
    s.forbid(r' (hello|caller)#[2-9]', 'neither was restarted')
    s.forbid(r' (hello|caller)#1 (death|crash|deny) ', 'nor blamed')
    s.forbid(rf' ({stuck}lost|guard) \w+=', 'nothing got stuck or lost')


def dies(arguments, cause, then, words='', deaths=1, seconds=30):
    """A scenario of its own: die, told so by its arguments, dies of a cause
    (a pattern) so many times, and then is restart(ed), stopped or failed."""
    s = Scenario(f'{TASKS}task die {words} -- {arguments}\n', seconds)
    with s.boot() as m:
        for _ in range(deaths):
            m.expect(rf' die#\d+ death cause={cause} ')
            if then == 'restart':
                m.expect(rf' die#\d+ restart cause={cause} ')
        if then != 'restart':
            m.expect(rf' die#\d+ {then} cause=')
        unharmed(s, m)
        if then != 'restart':
            m.expect_none(rf' die#{deaths + 1} ', 0.5)
    s.forbid(rf' die#\d+ death cause=(?!{cause} )', 'no other cause is named')
    s.forbid(rf' die#\d+ (?!{then})(restart|failed|stopped) ' if deaths == 1
             else r' die#\d+ stopped ', f'it is {then}, nothing else')
    undisturbed(s)
    s.done()


def refused(words, word, why, others='', qemu='', name='bad'):
    """A scenario of its own: a task with these words is refused, the log says
    which word is at fault and why (patterns), the others boot."""
    s = Scenario(f'{qemu}\n{TASKS}{others}\n'
                 f'raw {name}=die {words} $(task-create) -- none\n')
    with s.boot() as m:
        m.expect(rf' E {name}#0 refuse word="?{word}"? '
                 rf'why="?(reserved: )?{why}')
        m.expect(r' N kernel-ext up ', name='the image comes up')
        m.expect(REPORT)
        m.expect_none(rf' {name}#1 ', 0.5)
    s.forbid(rf' (?!{name}#)\S+#0 refuse ', 'no other task is refused')
    undisturbed(s)
    s.done()


def attacks(attack, death=None, words='', others='', seconds=40,
            slowest=100_000, late=None, allow=(), stuck='stuck|', again=False):
    """A scenario of its own: hostile tries one attack.  Its results are good,
    or (death: a pattern of the cause) it ends that way; nobody else pays.
    again: the shell can read the device of its next incarnation."""
    if again:
        words, others = 'restart=on-failure', 'task shell'
    s = Scenario(f'{TASKS}{others}\ntask hostile {words} -- {attack}\n',
                 seconds, allow=allow)
    with s.boot() as m:
        if death:
            m.expect(rf' hostile#1 death cause={death} ')
            if again:
                m.expect(r' hostile#2 restart ')
                m.send('read hostile')
                m.expect(r'^served again$')
            good = [line for line in m.lines if ' hostile#1 log text="ok' in line]
            s.check(good, f'{len(good)} things were allowed before')
        else:
            m.expect_ktap('hostile')
            m.expect(r' hostile#1 stopped cause=exit:0')
        unharmed(s, m, slowest, late)
    s.forbid(r' hostile#1 log text="not ok', 'nothing went through')
    undisturbed(s, stuck)
    s.done()
