#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A device whose cache is lost with each reset: the next flush of every ring older
than that fails, later ones and later rings do not."""
from harness import ringed

ringed.part('flushes', 'task platter=build/tasks/rings/platter restart=always '
            'restart-delay=0', words='needs=platter operator=yes',
            deaths='operator')
