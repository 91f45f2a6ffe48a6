/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The usual name of what MIG writes as <mig/mach_port.h>. */
#include <mig/mach_port.h>
