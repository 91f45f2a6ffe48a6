/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The C side of usrd_types.defs, and the numbers that kernel-ext and the
 * tasks have to agree on. */
#ifndef USRD_TYPES_H
#define USRD_TYPES_H

#include <stdint.h>

typedef char usrd_name_t[64];
typedef char usrd_text_t[128];
typedef unsigned int usrd_words_t[8];
typedef char usrd_page_t[2048];
typedef uint64_t usrd_info_t[48];
typedef const char *const_usrd_name_t;
typedef const char *const_usrd_text_t;

/* Port names that kernel-ext gives a task before it runs.  mach_task_self()
 * is the control port. */
#define USRD_PORT_SERVICE 0x40u              /* receive right */
#define USRD_PORT_SET 0x41u                  /* set: service and open handles */
#define USRD_MAX_HANDLES 1024u               /* of the whole system */
#define USRD_PORT_HANDLE(h) (0x10000u + (h)) /* receive right of handle h, or */
#define USRD_HANDLE_NAMES 16u /* n * USRD_MAX_HANDLES past it, n below this */
#define USRD_HANDLE_OF(port) (((port)-0x10000u) % USRD_MAX_HANDLES)

/* usrd_msg_exit code: the exception that follows is an abort(). */
#define USRD_EXIT_ABORT 0x10000

/* usrd_msg_granted kinds. */
#define USRD_GRANT_IOPORTS 0u
#define USRD_GRANT_IRQ 1u
#define USRD_GRANT_MMIO 2u

/* The SDK's note of the messages that it handled last, for the crash report;
 * usrd_msg_register says where it is.  ids[count % USRD_TRACE_IDS] is the
 * oldest, and the next to be overwritten. */
#define USRD_TRACE_IDS 8u
struct usrd_trace {
    uint32_t count;
    uint32_t ids[USRD_TRACE_IDS];
};

#endif
