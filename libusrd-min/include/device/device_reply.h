/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The usual name of what MIG writes as <mig/device_reply.h>. */
#include <mig/device_reply.h>
