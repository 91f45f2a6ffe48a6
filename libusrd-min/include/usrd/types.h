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
typedef uint64_t usrd_list_t[24];
typedef uint32_t usrd_keep_t[64];
typedef uint32_t usrd_kept_t[64];
typedef short usrd_filter_t[128];
typedef short usrd_kept_filter_t[128];
typedef uint64_t usrd_info_t[48];
typedef uint64_t usrd_ring_words_t[8];
typedef const char *const_usrd_name_t;
typedef const char *const_usrd_text_t;

/* Port names that kernel-ext gives a task before it runs.  mach_task_self()
 * is the control port. */
#define USRD_PORT_SERVICE 0x40u /* receive right */
#define USRD_PORT_SET 0x41u     /* set: service and open handles */
#define USRD_KEPT_WORDS \
    64u /* what a handle was told, with flavors and counts */
#define USRD_FILTER_WORDS 128u
#define USRD_MAX_HANDLES 1024u               /* of the whole system */
#define USRD_PORT_HANDLE(h) (0x10000u + (h)) /* receive right of handle h, or */
#define USRD_HANDLE_NAMES 16u /* n * USRD_MAX_HANDLES past it, n below this */
#define USRD_HANDLE_OF(port) (((port)-0x10000u) % USRD_MAX_HANDLES)

/* usrd_msg_exit code: the exception that follows is an abort(). */
#define USRD_EXIT_ABORT 0x10000

/* Of a task, as others are told. */
enum usrd_task_state {
    USRD_TASK_WAITING,  /* for the names in needs= */
    USRD_TASK_STARTING, /* running, not yet ready */
    USRD_TASK_READY,
    USRD_TASK_STOPPING, /* told to stop */
    USRD_TASK_BACKOFF,  /* dead, waiting for its restart */
    USRD_TASK_FAILED,   /* given up */
    USRD_TASK_STOPPED,  /* by the operator, or a clean exit */
};

/* Words of what usrd_msg_driver_list answers.  IO_OPS and RESPONSE_US are the
 * driver's word for it, as of its last heartbeat. */
enum usrd_list {
    USRD_LIST_VERSION, /* major << 16 | minor */
    USRD_LIST_CAPS,
    USRD_LIST_LIMITS, /* in force, 0 is none: 8 words by USRD_RESOURCE_* */
    USRD_LIST_MEMORY_KB = USRD_LIST_LIMITS + 8,
    USRD_LIST_CPU_PERCENT,
    USRD_LIST_IO_OPS,
    USRD_LIST_INTERRUPTS, /* a second */
    USRD_LIST_RESPONSE_US,
    USRD_LIST_ERRORS,
    USRD_LIST_RECOVERIES,
    USRD_LIST_UPTIME_S,
    USRD_LIST_STATE,      /* enum usrd_task_state */
    USRD_LIST_STATUS,     /* USRD_STATUS_* */
    USRD_LIST_GENERATION, /* 1 + deaths since boot */
    USRD_LIST_DEVICES,    /* how many names follow */
    USRD_LIST_WORDS,
};

/* And of usrd_msg_device_info. */
enum usrd_device_info {
    USRD_DEVICE_STATE,      /* enum usrd_task_state of its driver's task */
    USRD_DEVICE_CLASS,      /* USRD_CAP_*, 0 before it was added */
    USRD_DEVICE_GENERATION, /* 1 + deaths of that task since boot */
    USRD_DEVICE_HANDLES,    /* open on it */
    USRD_DEVICE_FAULTS,     /* of those deaths, not by the operator */
    USRD_DEVICE_THERE,      /* 1: its driver has added it, and not removed it */
};

/* Words of a heartbeat's usage that are no resource's. */
#define USRD_USAGE_PAUSE_MS 4u    /* until it takes requests (bandwidth=) */
#define USRD_USAGE_OLDEST_MS 6u   /* age of the oldest operation */
#define USRD_USAGE_RESPONSE_US 7u /* average */

/* usrd_msg_granted kinds. */
#define USRD_GRANT_IOPORTS 0u
#define USRD_GRANT_IRQ 1u
#define USRD_GRANT_MMIO 2u

/* Shares: the I-th of a task is at USRD_SHARE_BASE + I * USRD_SHARE_STEP. */
#define USRD_MAX_SHARES 16u          /* of a task */
#define USRD_SHARE_MAX (1024 * 1024) /* bytes */
#define USRD_SHARE_BASE 0x200000000000ull
#define USRD_SHARE_STEP 0x200000ull

/* DMA memory: mapped in one, physically in a row within each piece.  The
 * table, which may be read only, says where the pieces are. */
#define USRD_DMA_TABLE 0x20ffff000000ull
#define USRD_DMA_BASE 0x210000000000ull
#define USRD_DMA_PIECE (4096 * 1024ull) /* all but the last are as large */
#define USRD_DMA_PIECES 256u
struct usrd_dma_table {
    uint64_t size; /* bytes, whole pages */
    uint64_t physical[USRD_DMA_PIECES];
};

/* Rings (<usrd/ring.h>): the N-th of the system is at BASE + N * STEP, in its
 * driver's incarnations and in its client. */
#define USRD_MAX_RINGS 64u           /* of the whole system, */
#define USRD_MAX_RINGS_OF_DRIVER 32u /* of a driver's clients, */
#define USRD_MAX_RINGS_OF_CLIENT 8u  /* of a client */
#define USRD_RING_BASE 0x220000000000ull
#define USRD_RING_CLIENT_BASE 0x230000000000ull
#define USRD_RING_STEP 0x200000ull

/* Words of usrd_service_open_ring. */
enum usrd_ring_words {
    USRD_RING_WORD_ADDRESS,  /* where the driver has it */
    USRD_RING_WORD_PHYSICAL, /* 0 without USRD_CAP_DMA */
    USRD_RING_WORD_BYTES,    /* of buffers */
    USRD_RING_WORD_SLOTS,
    USRD_RING_WORD_GENERATION, /* 1 + deaths of the task */
    USRD_RING_WORD_BLAMED, /* 1: the driver died with it, not by the operator */
    USRD_RING_WORD_REPLAY, /* 0: its client has not had it yet */
};

/* Words of usrd_msg_pci_info and usrd_op_pci_list: of a function and its six
 * BARs. */
enum usrd_pci_info {
    USRD_PCI_ADDRESS, /* bus << 8 | device << 3 | function */
    USRD_PCI_ID,      /* vendor << 16 | device */
    USRD_PCI_CLASS,   /* CCSSPP */
    USRD_PCI_LINE,    /* of its interrupts, or USRD_PCI_NO_LINE */
    USRD_PCI_BARS,    /* three words each */
    USRD_PCI_REVISION = USRD_PCI_BARS + 3 * 6,
    USRD_PCI_COMMAND, /* the register, as it is now */
    USRD_PCI_WORDS,
};
#define USRD_PCI_NO_LINE 0xffu
#define USRD_PCI_BAR(n) (USRD_PCI_BARS + 3 * (n)) /* address or port; 0: none */
#define USRD_PCI_BAR_SIZE(n) (USRD_PCI_BAR(n) + 1)
#define USRD_PCI_BAR_IO(n) (USRD_PCI_BAR(n) + 2)

/* The SDK's note of the messages that it handled last, for the crash report;
 * usrd_msg_register says where it is.  ids[count % USRD_TRACE_IDS] is the
 * oldest, and the next to be overwritten. */
#define USRD_TRACE_IDS 8u
struct usrd_trace {
    uint32_t count;
    uint32_t ids[USRD_TRACE_IDS];
};

#endif
