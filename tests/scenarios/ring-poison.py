#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A request that kills its driver is run once more, then answered with an error, to
its owner only: other requests and other rings succeed."""
from harness import ringed

ringed.part('poison', 'task platter=build/tasks/rings/platter restart=always',
            words='needs=platter', deaths='exception:')
