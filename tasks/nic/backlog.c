/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames for a ring that has no buffer for them at the moment, because a burst
 * was longer than what it had posted.  The primary needs none of this: what
 * does not fit into its buffers waits in the device. */
#include "class.h"

#define BYTES 1536u

struct nic_held {
    struct nic_held *next;
    uint32_t bytes;
    uint64_t flags;
    uint8_t frame[BYTES];
};

static struct nic_held held[128], *free_ones;
static unsigned used; /* of them, ever */

#define HELD (sizeof held / sizeof *held)
#define MOST (HELD / 4) /* of one client */

static struct nic_held *take(void)
{
    struct nic_held *h = free_ones;

    if (h)
        free_ones = h->next;
    else if (used < HELD)
        h = &held[used++];
    return h;
}

bool nic_hold(struct nic_client *c, const uint8_t *frame, uint32_t bytes,
              uint64_t flags)
{
    struct nic_held *h =
        bytes <= BYTES && c->n_held < MOST && !c->closing ? take() : NULL;

    if (!h)
        return false;
    h->next = NULL;
    h->bytes = bytes;
    h->flags = flags;
    memcpy(h->frame, frame, bytes);
    if (c->n_held++ == 0)
        c->held = h;
    else
        c->last_held->next = h;
    c->last_held = h;
    return true;
}

static void drop_first(struct nic_client *c)
{
    struct nic_held *h = c->held;

    c->held = h->next;
    c->n_held--;
    h->next = free_ones;
    free_ones = h;
}

void nic_hand_over(struct nic_client *c)
{
    while (c->n_held > 0 &&
           nic_copy(c, c->held->frame, c->held->bytes, c->held->flags)) {
        c->received++;
        drop_first(c);
    }
}

void nic_drop_held(struct nic_client *c)
{
    while (c->n_held > 0)
        drop_first(c);
}
