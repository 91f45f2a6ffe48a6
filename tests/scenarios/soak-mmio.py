#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hundreds of deaths of a driver with a window of MMIO that works: the kernel,
which loses ports when the memory object of such a window comes and goes with
its driver, has as many as before."""
from harness import soaked

soaked.soak(seed=11, minutes=2, times=2, seconds=90, ms=300,
            only=('hello', 'virtio-rng', 'dice'))
