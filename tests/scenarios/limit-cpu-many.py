#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many drivers with 5 percent each, held back and let go over and over beside
two spinners: each request of their clients is answered, and nobody ends."""
from harness import witness
from harness.scenario import Scenario

DRIVERS, CALLS = 6, 120


def main():
    clients = ''.join(f'task c{n}=greedy needs=greedy.{n} restart=no -- '
                      f'ask greedy.{n} {CALLS}\n'
                      for n in range(1, DRIVERS + 1))
    s = Scenario(f'{witness.TASKS}task busy=greedy -- spin\n'
                 'task idle=greedy -- spin\n'
                 f'task greedy instances={DRIVERS} cpu=5 -- serve 1\n'
                 f'{clients}', 60)
    with s.boot() as m:
        asked = m.expect_all(*(rf' c{n}#1 log text="asked={CALLS} '
                               r'failed=(\d+) took=(\d+)ms"'
                               for n in range(1, DRIVERS + 1)))
        failed = sum(int(match[1]) for match in asked)
        s.check(failed == 0,
                f'{DRIVERS * CALLS} calls, {failed} of them failed')
        held = {text.split()[3] for text in m.lines if ' throttle ' in text}
        s.check(len(held) == DRIVERS, f'{len(held)} drivers were held back')
        # Eight that never wait begin with a quantum of the kernel's each, a
        # tenth of a second, before any limit can be known to be passed.
        witness.unharmed(s, m, slowest=1_000_000)
    s.forbid(r'#\d+ death cause=(?!exit:0 )', 'nobody died')
    witness.undisturbed(s)
    s.done()


main()
