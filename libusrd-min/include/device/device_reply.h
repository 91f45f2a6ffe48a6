/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The usual name of what MIG writes as <device_reply.h>. */
#include <device_reply.h>
