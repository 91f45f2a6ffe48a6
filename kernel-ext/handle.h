/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What handle.c (a handle's life, and its client) and replay.c (its driver)
 * share. */
#ifndef KX_HANDLE_H
#define KX_HANDLE_H

#include "kx.h"

extern struct kx_handle kx_handles[USRD_MAX_HANDLES];
extern unsigned kx_handles_top; /* those past it are free */

static inline unsigned kx_handle_index(const struct kx_handle *h)
{
    return (unsigned)(h - kx_handles);
}

static inline mach_port_t kx_handle_port(const struct kx_handle *h)
{
    return kx_port(KX_P_HANDLE, kx_handle_index(h));
}

static inline struct kx_task *kx_handle_task(const struct kx_handle *h)
{
    return &kx_tasks[h->task];
}

static inline bool kx_handle_away(const struct kx_handle *h)
{
    return h->state == KX_H_ASKED || h->state == KX_H_OPEN ||
           h->state == KX_H_CLOSING;
}

/* The driver has the receive right and the client the send right. */
static inline void kx_handle_both_gone(struct kx_handle *h)
{
    if (kx_handle_away(h) && !h->client)
        kx_port_forget(KX_P_HANDLE, kx_handle_index(h));
}

/* handle.c */
void kx_handle_watch(struct kx_handle *h, int id); /* ask for notification ID */
void kx_handle_destroy(struct kx_handle *h);
void kx_handle_give_port(struct kx_handle *h);          /* to its client */
void kx_handle_refuse(struct kx_handle *h, int result); /* whoever asks it */

/* replay.c: as if nobody held it. */
void kx_handle_close(struct kx_handle *h);

#endif
