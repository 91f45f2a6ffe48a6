/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The usual name of what MIG writes as <mach4.h>. */
#include <mach4.h>
