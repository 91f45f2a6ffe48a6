/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of this library share.  nic.c has the driver's callbacks and
 * its clients, receive.c frames that come, send.c those that go, status.c what
 * can be asked, classic.c Mach's messages, filter.c whom a frame is for,
 * backlog.c frames that wait for a buffer. */
#ifndef NIC_CLASS_H
#define NIC_CLASS_H

#include <stddef.h>
#include <string.h>

#include <device/net_status.h>
#include <usrd/ring.h>
#include <usrd/types.h>

#include "filter.h"
#include "nic.h"

#define NIC_CLIENTS 64u
#define NIC_MTU_MAX 9000u /* of what is put together of several buffers */

/* A READ of a ring, or a buffer of the driver's own. */
struct nic_buffer {
    struct nic_buffer *next;   /* in the queue that it is in */
    struct nic_client *client; /* NULL: the driver's own */
    unsigned request;          /* the SDK's number of it */
    uint32_t bytes;
    char *data;
    uint64_t physical;
};

struct nic_queue {
    struct nic_buffer *first, *last;
    unsigned n;
};

struct nic_client {
    bool used;
    bool ring;
    bool greedy;                       /* wants what is for others, too */
    bool closing;                      /* of a ring */
    unsigned looks;                    /* since then */
    uint8_t address[USRD_NET_ADDRESS]; /* where it is not the device's: */
    bool other;
    struct nic_filter filter;
    mach_port_t port;                  /* for what passes it */
    struct nic_queue waiting;          /* READs that the device does not have */
    struct nic_held *held, *last_held; /* frames that wait for one */
    unsigned n_held;
    unsigned posted;  /* that it has */
    unsigned sending; /* frames that it has */
    unsigned slots;   /* of the ring */
    unsigned received, sent, missed, bad;
};

struct nic {
    usrd_driver_t driver;
    struct nic_device *device;
    struct nic_client clients[NIC_CLIENTS];
    unsigned top;               /* past the last that was ever used */
    struct nic_client *primary; /* NULL: none has a ring */
    bool others;                /* wait for frames besides */
    bool promiscuous, link, suspended;
    bool dirty; /* the device is to be told of something */
    unsigned received, sent, nobody;
};

extern struct nic nic;

#define NIC_EACH_CLIENT(c)                                                   \
    for (struct nic_client *c = nic.clients; c < nic.clients + nic.top; c++) \
        if (c->used)

static inline uint32_t nic_frame_max(void)
{
    return nic.device->mtu + USRD_NET_HEADER;
}

/* nic.c: who there is has changed: who is primary, what the device lets in. */
void nic_clients_changed(void);

/* receive.c */
kern_return_t nic_receive_init(void);
kern_return_t nic_read(struct nic_client *c, const struct usrd_ring_request *q);
/* Give the device what it may have; nic_flush() tells it. */
void nic_replenish(void);
/* The device has been stopped: what it had comes back. */
void nic_receive_stopped(void);
/* The device has some of it, or of a frame that is not complete. */
bool nic_receive_busy(const struct nic_client *c);
/* Answer what C has posted; the device has none of it. */
void nic_receive_forget(struct nic_client *c);

/* Into the READs that C has waiting; FALSE: there are too few. */
bool nic_copy(struct nic_client *c, const uint8_t *frame, uint32_t bytes,
              uint64_t flags);

/* backlog.c: keep a frame for when C has posted again; FALSE: no room. */
bool nic_hold(struct nic_client *c, const uint8_t *frame, uint32_t bytes,
              uint64_t flags);
void nic_hand_over(struct nic_client *c); /* it has posted */
void nic_drop_held(struct nic_client *c);

/* send.c */
kern_return_t nic_send_init(void);
kern_return_t nic_write(struct nic_client *c,
                        const struct usrd_ring_request *q);
kern_return_t nic_write_copy(struct nic_client *c, const void *data,
                             vm_size_t size);
void nic_send_stopped(void);
void nic_send_forget(struct nic_client *c); /* it is closed */
void nic_flush(void);

/* The sum over BYTES of DATA, complemented. */
uint16_t nic_checksum(const uint8_t *data, uint32_t bytes);

/* classic.c */
kern_return_t nic_set_filter(struct nic_client *c, mach_port_t port,
                             const unsigned short *words, natural_t count);
void nic_drop_filter(struct nic_client *c);
/* A frame, of which the filter lets KEEP bytes behind the header through. */
void nic_message(struct nic_client *c, const uint8_t *frame, uint32_t bytes,
                 uint32_t keep);

/* status.c */
kern_return_t nic_get_status(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, dev_status_t status,
                             natural_t *count);
kern_return_t nic_set_status(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, dev_status_t status,
                             natural_t count);

#endif
