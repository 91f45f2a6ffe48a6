/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings (<usrd/ring.h>): a handle with memory, which lives until both sides are
 * gone.  The client's is gone when its incarnation died, or let go of it; the
 * driver's when the handle was closed, or the incarnation that had the ring
 * died and its device was quiet. */
#ifndef KX_RING_H
#define KX_RING_H

#include "handle.h"

struct kx_object;

struct kx_ring {
    struct kx_object *object;      /* NULL: free */
    struct kx_incarnation *client; /* NULL: gone */
    struct kx_handle *handle;      /* NULL: gone */
    unsigned opener;               /* index of the client's task, */
    unsigned task;                 /* and of the driver's */
    unsigned in;                   /* its incarnation that has it; 0: none */
    unsigned slots;
    uint64_t physical;
    bool reached; /* by the functions of its driver's task */
    bool blamed;  /* a driver died with it, not by the operator */
    bool unquiet; /* and its device may use it still */
    bool kept;    /* so it is never freed; the log has said so */
};

extern struct kx_ring kx_rings[USRD_MAX_RINGS];
extern unsigned kx_n_rings; /* that are used */

static inline unsigned kx_ring_index(const struct kx_ring *r)
{
    return (unsigned)(r - kx_rings);
}

#define KX_RING_CREATE 4826 /* the message; its answer comes when it can */

/* ring.c */
uint64_t kx_ring_address(const struct kx_ring *r); /* in its client */
uint64_t kx_ring_bytes(const struct kx_ring *r);   /* of its buffers */
kern_return_t kx_ring_map(struct kx_ring *r, struct kx_incarnation *driver);
void kx_ring_unmap(struct kx_ring *r, struct kx_incarnation *driver);
void kx_ring_client_gone(struct kx_ring *r);
void kx_ring_free(struct kx_ring *r); /* unless somebody has it */

/* ring_driver.c, for handle.c and replay.c.  Map it in its driver's
 * incarnation: KERN_SUCCESS, or what becomes of the handle. */
kern_return_t kx_ring_enter(struct kx_ring *r);
/* KEPT: what its handle was told, or NULL.  False: not read. */
bool kx_ring_open(struct kx_ring *r, const char *name,
                  const struct kx_kept *kept);
void kx_ring_opened(struct kx_ring *r);    /* the driver has taken it, */
void kx_ring_left(struct kx_ring *r);      /* or is done with it */
void kx_ring_unhandled(struct kx_ring *r); /* its handle is no more */

/* bell.c: the clients' ports. */
bool kx_bell_take(struct kx_ring *r, mach_port_t port);
void kx_bell_drop(struct kx_ring *r);
mach_port_t kx_bell(const struct kx_ring *r); /* null where it is closed */
void kx_bell_ring(struct kx_ring *r);

#endif
