#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client dies with writes in its ring that the driver has not taken: they are
never carried out, and what the device has of that ring is waited for."""
from harness import ringed

ringed.part('after', 'task platter=build/tasks/rings/platter',
            'task victim=rings needs=platter -- abandon',
            words='needs=platter')
