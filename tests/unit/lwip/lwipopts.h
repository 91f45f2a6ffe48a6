/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * lwIP on the host, as in the guest but for its memory: each piece is
 * malloc()'s, so that the sanitizers see who writes past one, or too late. */
#ifndef TEST_LWIPOPTS_H
#define TEST_LWIPOPTS_H

#include "../../../tasks/net/lwipopts.h"

#undef MEM_USE_POOLS
#undef MEMP_USE_CUSTOM_POOLS
#define MEM_USE_POOLS 0
#define MEMP_USE_CUSTOM_POOLS 0
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1

#endif
