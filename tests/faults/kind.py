# SPDX-License-Identifier: GPL-2.0-or-later
"""One way to do harm, as a class of faults lists it in its KINDS."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Kind:
    """drivers: names, or None for all.  may: what is no bad outcome of it, of
    'error', 'wrong', 'death', 'given-up', 'late', 'other' (its client sees an
    error, wrong data; a death; given up; no answer in time; another task
    dies).  wait: seconds of the guest's that it is given to show itself."""
    drivers: tuple = None
    may: frozenset = frozenset()
    wait: float = 0.3

    def suits(self, driver):
        return self.drivers is None or driver in self.drivers
