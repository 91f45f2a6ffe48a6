# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario imports: `from harness import Scenario`."""
import pathlib
import sys

_root = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(_root / 'qemu'), str(_root / 'boot')]

from .machine import Failed  # noqa: E402
from .scenario import Scenario  # noqa: E402

__all__ = ['Failed', 'Scenario']
