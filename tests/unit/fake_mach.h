/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A kernel for the SDK's tests: a queue of messages that the port set will
 * give, a list of those that were sent, and counts of what was given up. */
#ifndef TEST_MACH_H
#define TEST_MACH_H

#include <mach/mach.h>

#define HANDLE 5u                /* the one that clients use */
#define REPLY(n) (0x2000u + (n)) /* a client's reply port */
#define MAP_OBJECT 0x3000u       /* what share_map answers */

struct message {
    union {
        mach_msg_header_t head;
        mig_reply_header_t reply;
        char bytes[4400];
    };
};

/* While this is not null, what MIG's stubs send goes into the queue of PORT
 * instead, as its receiver would see it, with REPLY(n) as reply port. */
extern mach_port_t mach_compose;
extern unsigned mach_reply_to;    /* n */
extern unsigned mach_reply_right; /* MACH_MSG_TYPE_PORT_SEND_ONCE */

/* What was sent, in order; the index of the first with ID, or -1. */
extern struct message mach_sent[64];
extern int mach_n_sent;
int mach_find(int id);

extern int mach_freed;   /* vm_deallocate */
extern int mach_dropped; /* mach_port_deallocate */
extern mach_port_t mach_last_dropped;

extern kern_return_t mach_result;   /* what kernel-ext answers */
extern boolean_t mach_no_room;      /* for what the next message carries */
extern boolean_t mach_alone;        /* the service port is not in the set */
extern unsigned mach_moves;         /* of it, either way */
extern mach_port_t mach_dead_reply; /* whose receiver is gone */

void mach_forget(void); /* all of that but where the service port is */

#endif
