/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The usual name of what MIG writes as <mach_port.h>. */
#include <mach_port.h>
