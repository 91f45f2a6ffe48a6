/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The usual name of what MIG writes as <mig/mach_host.h>. */
#include <mig/mach_host.h>
