# SPDX-License-Identifier: GPL-2.0-or-later
"""One way to do harm, as a class of faults lists it in its KINDS."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Kind:
    """drivers: names, or None for all.  may: what is no bad outcome of it, since
    it is what the fault does: 'error', 'wrong' (its client sees one, or wrong
    data), 'late' (no answers, for as long as it lasts)."""
    drivers: tuple = None
    may: frozenset = frozenset()

    def suits(self, driver):
        return self.drivers is None or driver in self.drivers
