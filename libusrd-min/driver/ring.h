/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside the driver SDK: rings.  ring.c has their table and their life,
 * ring_take.c what becomes of a request, ring_turn.c what the loop does for
 * them before it waits. */
#ifndef USRD_DRIVER_RING_H
#define USRD_DRIVER_RING_H

#include <usrd/ring.h>

#include "../ring/ring.h"
#include "driver.h"

struct usrd_open_ring {
    boolean_t used;     /* else free */
    boolean_t attached; /* its handle is open: it is served */
    boolean_t closing;  /* nobody has it any more: nothing is taken from it */
    unsigned handle;
    dev_mode_t mode;
    usrd_ring_words_t words; /* kernel-ext's, USRD_RING_WORD_* */
    mach_port_t doorbell;
    mach_port_t once; /* what its client's last bell brought, or null */
    struct usrd_rd side;
    unsigned
        ids[USRD_RING_SLOTS]; /* what the driver has, by slot; 0: nothing */
    uint64_t moves;           /* of these, bytes, which count for bandwidth= */
};

extern struct usrd_open_ring usrd_open_rings[USRD_MAX_RINGS_OF_DRIVER];
extern unsigned usrd_rings_top; /* past the last that is used */

/* Each that is served, R in turn. */
#define USRD_EACH_RING(r)                            \
    for (struct usrd_open_ring *r = usrd_open_rings; \
         r < usrd_open_rings + usrd_rings_top; r++)  \
        if (r->attached)

/* ring_take.c: may a request be taken now?  Not past io-ops= or bandwidth=, nor
 * while the device has no room. */
boolean_t usrd_rings_may_take(void);
/* Take what is posted, of each ring no more than it has slots.  FALSE: there
 * was nothing. */
boolean_t usrd_rings_pass(void);
void usrd_rings_have_room(void);
void usrd_rings_beware(void); /* some ring has suspects */
/* Nothing of it comes to usrd_ring_complete() any more. */
void usrd_ring_forget(struct usrd_open_ring *r);

/* ring_turn.c: see struct usrd_ring_calls. */
mach_msg_size_t usrd_rings_turn(mach_msg_header_t *msg, mach_msg_size_t size,
                                mach_msg_option_t *option);
void usrd_rings_not_sent(const mach_msg_header_t *bell, mach_msg_return_t mr);

#endif
