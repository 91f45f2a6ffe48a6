/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside the driver SDK: the one driver of this task, and which file does
 * what. */
#ifndef USRD_DRIVER_H
#define USRD_DRIVER_H

#include <mach/mach.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/types.h>

#include "../task/task.h"

/* What a client can tell of a device, and a driver declares: see
 * usrd_driver_create(). */
#define USRD_CLASSES                                                   \
    (USRD_CAP_BLOCK_DEVICE | USRD_CAP_CHAR_DEVICE | USRD_CAP_NETWORK | \
     USRD_CAP_GRAPHICS | USRD_CAP_AUDIO | USRD_CAP_INPUT | USRD_CAP_STORAGE)

struct usrd_device {
    void *context;
    unsigned type;                   /* USRD_CAP_* class */
    char name[USRD_MAX_DEVICE_NAME]; /* empty: a free slot */
};

struct usrd_driver {
    struct usrd_driver_callbacks *call; /* NULL: not created */
    boolean_t registered, running, stop, suspended;
    boolean_t dma; /* its DMA memory is there */
    unsigned version, caps;
    unsigned limits[8];          /* by USRD_RESOURCE_*; 0: none */
    unsigned errors, interrupts; /* since it was created */
    unsigned said;               /* USRD_STATUS_* by the driver itself */
    boolean_t ailing;            /* its health check failed */
    unsigned long requests;
    unsigned long response_us, answered; /* since the last heartbeat */
    unsigned long started;               /* us */
    size_t memory;                       /* bytes from usrd_malloc() */
    struct usrd_trace trace;
    char name[USRD_MAX_DRIVER_NAME];
    char description[USRD_MAX_DRIVER_DESC];
};

extern struct usrd_driver usrd_the_driver;

/* MIG's, from device.defs and userspace_driver_service.defs: MSG to the
 * routine that it is for. */
boolean_t device_server(mach_msg_header_t *msg, mach_msg_header_t *reply);
boolean_t usrd_service_server(mach_msg_header_t *msg, mach_msg_header_t *reply);

struct usrd_setting;

/* loop.c: serve until the driver is told to stop. */
kern_return_t usrd_loop(usrd_driver_t driver);

/* create.c */
boolean_t usrd_is_driver(usrd_driver_t driver);

/* devices.c */
extern struct usrd_device usrd_devices[USRD_MAX_DEVICES_PER_DRIVER];
struct usrd_device *usrd_device_find(const char *name);

/* window.c: the part of a device that a handle is. */
struct usrd_window {
    uint64_t first, count; /* records; 0, 0: all of it */
    unsigned record;       /* bytes */
};

/* handles.c: what clients hold, by the handle's number. */
struct usrd_handle {
    void *context;
    struct usrd_device *device; /* NULL: it was removed */
    boolean_t open;
    struct usrd_window window;
};
struct usrd_handle *usrd_handle(unsigned number); /* NULL: no such number */
kern_return_t usrd_handle_open(struct usrd_handle *h, const char *name,
                               dev_mode_t mode);
/* It is to be opened with a ring. */
kern_return_t usrd_handle_ring(unsigned handle, dev_mode_t mode,
                               const usrd_ring_words_t words,
                               mach_port_t doorbell);
void usrd_handle_shut(struct usrd_handle *h); /* the callbacks alone */
void usrd_handle_opened(unsigned number, kern_return_t result);
void usrd_handle_close(unsigned number);
void usrd_handles_close(void); /* all: the devices vanish */
void usrd_handles_lose(const struct usrd_device *device);

/* window.c: H, whose window is not all of its device, is open. */
kern_return_t usrd_window_opened(struct usrd_handle *h);
/* *RECORD from the window's to the device's; D_INVALID_RECNUM where BYTES from
 * there are not all in it. */
kern_return_t usrd_window_move(const struct usrd_window *w, uint64_t *record,
                               uint64_t bytes);
/* Its DEV_GET_SIZE or DEV_GET_RECORDS. */
kern_return_t usrd_window_status(const struct usrd_window *w,
                                 dev_flavor_t flavor, dev_status_t status,
                                 natural_t *count);

/* ring.c and its kind, which are linked only where a driver answers requests of
 * rings (usrd_ring_complete): what the rest does for rings.  NULL before the
 * first is opened. */
struct usrd_ring_calls {
    void (*opened)(unsigned handle); /* if it has one, it is served now */
    boolean_t (*busy)(
        unsigned handle);          /* not to be closed before turn() does */
    void (*drop)(unsigned handle); /* if it has one, it is no more */
    /* Before the loop waits.  An answer of SIZE bytes is to be sent; returns how
     * much is, for it may be a bell at MSG. */
    mach_msg_size_t (*turn)(mach_msg_header_t *msg, mach_msg_size_t size,
                            mach_msg_option_t *option);
    void (*not_sent)(const mach_msg_header_t *bell, mach_msg_return_t mr);
    void (*rung)(mach_msg_header_t *bell); /* by a client */
};
extern const struct usrd_ring_calls *usrd_rings;
kern_return_t usrd_ring_new(unsigned handle, dev_mode_t mode,
                            const usrd_ring_words_t words, mach_port_t doorbell)
    __attribute__((weak));

/* serve.c: the request that a callback is called for.  usrd_serve() returns
 * how many bytes of REPLY are to be sent, 0 for none; then what the reply
 * refers to stays until usrd_served(). */
mach_msg_size_t usrd_serve(mach_msg_header_t *request,
                           mig_reply_header_t *reply);
void usrd_served(void);

struct usrd_request {
    int id; /* of the message; 0: none is being served */
    unsigned handle;
    mach_port_t reply;
    unsigned reply_type; /* as it was received */
    usrd_op_t op;        /* usrd_defer() was called */
    unsigned long since; /* us; 0: not yet known */
    void *data;          /* a read's, until its reply was sent */
    vm_size_t moved;     /* bytes read or written */
};
#define USRD_REQUEST_OPEN 1 /* the id of an open, which has no reply port */
extern struct usrd_request usrd_request;

/* defer.c */
extern unsigned usrd_ring_ops;          /* of rings, that the driver has */
boolean_t usrd_op_cancel(usrd_op_t op); /* was it still to be answered? */
void usrd_ops_close(unsigned handle);   /* nobody has it any more */
void usrd_ops_suspend(void);
void usrd_ops_fail(kern_return_t result);
void usrd_ops_sweep(void);     /* forget those whose client is gone */
boolean_t usrd_ops_full(void); /* no more may be taken */
unsigned usrd_ops_count(unsigned long *oldest_us); /* not counting reads that
                                                      wait for input */

/* pause.c: usrd_paused has the loop ask, before each receive, from which port,
 * and for how long if not for ever. */
extern boolean_t usrd_paused;
mach_port_t usrd_pause(mach_msg_option_t *option, unsigned *ms);
void usrd_charge(vm_size_t bytes);
unsigned usrd_debt(void); /* ms until what was moved is paid for */

boolean_t usrd_op_setting(usrd_op_t op, struct usrd_setting *setting);

/* keep.c: a set_status or set_filter, from before its callback to when the
 * driver has taken it. */
struct usrd_setting {
    dev_flavor_t what; /* the flavor; of a filter, its priority */
    natural_t count;
    const void *data; /* words; of a filter, shorts */
    mach_port_t port; /* of a filter; else null */
};
void usrd_setting_begins(const struct usrd_setting *s);
kern_return_t usrd_setting_ends(kern_return_t kr); /* the client's answer */
kern_return_t usrd_setting_taken(usrd_op_t op, unsigned handle,
                                 const struct usrd_setting *setting);

/* replay.c: the next incarnation. */
void usrd_open_completed(unsigned handle, kern_return_t result);
void usrd_replay_drop(unsigned handle);

/* interrupt.c */
void usrd_interrupts_close(void);

/* reply.c: an answer built by hand. */
void usrd_reply(int request_id, mach_port_t port, unsigned port_type,
                kern_return_t result, const void *data, vm_size_t count);
void usrd_error_body(mig_reply_header_t *reply, int request_id);
void usrd_drop_reply(mach_port_t port);
/* The right that an answer to device_map gives away, null in others. */
mach_port_t usrd_reply_object(const mig_reply_header_t *reply);

/* share.c: what a client's device_map of MEMORY gets. */
kern_return_t usrd_share_object(const void *memory, vm_size_t size,
                                vm_prot_t prot, mach_port_t *object);

/* memory.c: would SIZE bytes alone be past the limit? */
boolean_t usrd_too_large(usrd_driver_t driver, size_t size);

/* account.c */
void usrd_answered(usrd_driver_t driver, unsigned long us, unsigned weight);

#endif
