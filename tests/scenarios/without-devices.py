#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Guards of memory that devices know of: what comes of it where kernel-ext
lacks one.  That of the quiesce step is in canary, that of what an IOMMU forgets
in iommu-stale-close and iommu-stale-kill."""
from harness import without
from harness.without import Guard

without.show((
    # A ring of a dead client is given back, and the device still has orders.
    Guard('settle', 'task settler\ntask shell\n'
          'task victim=build/tasks/canary/victim needs=settler restart=no '
          '-- settler', r' settler#2 log text="?status=3', 'pci-reset',
          type=('kill victim', 'kill settler'), qemu='qemu -M q35 '
          '-device pcie-root-port,id=root1,chassis=1\n'
          'qemu -device virtio-rng-pci,bus=root1,x-pcie-flr-init=on'),
))
