#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""500,000 rights in one message to kernel-ext: its sender is ended.  Until the
message is there, nine seconds, the kernel lets nobody run; then all goes on."""
from harness import witness

witness.attacks('many-rights', 'refused', seconds=90, slowest=9_500_000)
