/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings: requests to a device through memory that its client and its driver
 * share.  This file is the contract, the layout, and the calls of both sides.
 *
 * A ring is an open device with memory.  kernel-ext makes it (usrd_ring_open):
 * a handle, as device_open has it, and a piece of memory that it pages itself,
 * wired, in one piece on the bus, and mapped in both tasks:
 *
 *     a page that the client writes and the driver reads   usrd_ring_client
 *     a page that the driver writes and the client reads   usrd_ring_driver
 *     the buffers, whole pages, which both write
 *
 * Life.  The ring belongs to one incarnation of the client.  It outlives the
 * driver: the next incarnation is given it as it stands.  When the client dies
 * or closes it, the driver takes no more from it; the memory is used again only
 * when the driver has said that the device is done with it, or is dead and its
 * device was seen to be quiet.  A device that will not stop keeps it for ever.
 *
 * Requests.  A slot holds one request.  The client fills a free slot, changes
 * its `turn` (to anything else), puts its number into client.order[posted % 64]
 * and then counts `posted` up.  The driver copies the slot before it looks at
 * it, once, puts the turn into held[slot], and counts `taken` up.  It answers by
 * filling the slot's answer, then setting the answer's turn to the request's,
 * then putting the slot's number into driver.order[done % 128] and counting
 * `done` up.  A slot is free exactly when the two turns are the same: orders and
 * counts only say where to look.  Requests that are posted together are carried
 * out in any order; one that depends on another is posted after that was
 * answered.  FLUSH is for what was answered before it was posted.
 *
 * Trust.  Neither side believes the other.  Numbers of slots are checked
 * against the size of the ring at each use, counts for being at most that far
 * ahead (`done` twice that), buffers against the buffers; what is wrong is
 * answered D_INVALID_SIZE or passed over, a count is replaced by a look at all
 * slots, and the other side of the ring suffers alone.
 * The page that a side writes cannot be written by the other.
 *
 * Bells.  A side that finds nothing to do makes its `naps` odd, looks once more
 * behind a full fence (its store must be out before its load: x86 reorders
 * these), and waits for a message.  Who has changed something looks, behind a
 * full fence, at the other's `naps`, and sends a message if it is odd and not
 * what it was when it last did.  The client's bell is the handle (message 4860),
 * the driver's is the port that the client gave (message 4861).  Neither send
 * waits: a queue that is full wakes as well.  A client that rings and waits may
 * send a right to be rung at its port once, which the driver keeps for its next
 * bell: so the two have the form of an RPC, which the kernel takes from thread to
 * thread.  It comes back with a bell, or when the driver dies.  A client may
 * ring without a time-out only if it knows that the queue has room: it has no
 * such right out, no bell since the one that brought the last, and nothing else
 * in it.
 * kernel-ext rings every client once a second, so that it need not limit its
 * wait either: whoever is rung looks, and need not find anything.
 *
 * Restarts.  A new incarnation of the driver, before it takes anything: looks
 * at all slots, and takes each whose turns differ, again if its turn was held,
 * and if it was not and is not in the order either (it is just being posted, or
 * was passed over by a broken driver; who meets its number in the order later
 * passes over that, and who meets more numbers than there are slots looks at
 * all slots); makes its `naps` even, so that its next nap has a number that
 * none had; makes `epoch` its generation; rings.  A client that sees another
 * epoch looks at all its slots, because an answer may have been given and not
 * counted; so it may meet an answer twice, and passes over it then.  So a
 * request is carried out at least once, and answered once; carrying it out
 * twice must be the same as once.  One that was begun by two incarnations that
 * died of themselves is answered D_IO_ERROR; after such a death what was in
 * hand is run again one by one (a second each at most), so that it is the one
 * that kills.  Of a network device nobody is blamed (<usrd/net.h>): after such
 * a death what was in hand is answered D_IO_ERROR, but for reads, which are run
 * again.  tests/model/ has this protocol for a model checker.
 *
 * What a driver must know beyond that: it has no volatile cache of its own; if
 * its device's was lost with a reset, it answers the next FLUSH of every ring
 * and handle that is older than the reset with D_IO_ERROR. */
#ifndef USRD_RING_H
#define USRD_RING_H

#include <stddef.h>
#include <stdint.h>

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/machine/vm_types.h>
#include <mach/port.h>

#include <device/userspace_driver_types.h>

/* ---- Layout ---- */

#define USRD_RING_SLOTS 64u             /* at most; a power of two */
#define USRD_RING_BYTES (1024u * 1024u) /* of buffers, at most */
#define USRD_RING_CLIENT_AT 0u          /* offsets from the ring's address */
#define USRD_RING_DRIVER_AT 4096u
#define USRD_RING_DATA_AT 8192u

#define USRD_RING_BELL 4860     /* messages: to the driver, on the handle; */
#define USRD_RING_ANSWERED 4861 /* to the client, on its port */

enum usrd_ring_op {
    USRD_RING_READ = 1, /* COUNT bytes from RECORD into the buffer */
    USRD_RING_WRITE,    /* the other way */
    USRD_RING_FLUSH,    /* what was answered is on stable storage */
    USRD_RING_DISCARD,  /* COUNT bytes from RECORD are not needed */
    USRD_RING_ZERO,     /* and are zero */
};

struct usrd_ring_slot {
    uint32_t turn; /* written last */
    uint16_t op;
    uint16_t reserved;
    uint64_t record; /* in the device's records */
    uint64_t count;  /* bytes */
    uint64_t offset; /* of the buffer, from USRD_RING_DATA_AT */
};

struct usrd_ring_answer {
    uint32_t turn;  /* written last */
    int32_t result; /* KERN_SUCCESS or D_* */
    uint64_t count; /* bytes that were moved */
};

struct usrd_ring_client {
    uint32_t posted; /* requests, since the ring was made */
    uint32_t naps;   /* odd: it waits for a message */
    uint32_t reserved[14];
    uint16_t order[USRD_RING_SLOTS];
    struct usrd_ring_slot slots[USRD_RING_SLOTS];
};

struct usrd_ring_driver {
    uint32_t epoch; /* generation of the driver that has it; 0: none yet */
    uint32_t taken; /* of the client's posted */
    uint32_t done;  /* answers */
    uint32_t naps;
    uint32_t reserved[12];
    uint16_t order[2 * USRD_RING_SLOTS]; /* an answer may be met twice */
    struct usrd_ring_answer answers[USRD_RING_SLOTS];
    uint32_t held[USRD_RING_SLOTS]; /* turns of what was taken last */
    uint8_t tries[USRD_RING_SLOTS]; /* its driver's, to find what kills it */
};

_Static_assert(sizeof(struct usrd_ring_client) <= 4096, "a page");
_Static_assert(sizeof(struct usrd_ring_driver) <= 4096, "a page");

/* ---- The client's side ---- */

struct usrd_ring;

struct usrd_ring_result {
    unsigned slot;
    kern_return_t result;
    uint64_t count;  /* bytes; of a network device with flags (<usrd/net.h>) */
    uint64_t cookie; /* as posted */
};

/* Open device NAME (as usrd_open() does) with a ring of SLOTS requests, a power
 * of two, and BYTES of buffers.  The memory counts as this task's.  Blocks
 * until the driver has taken it, like usrd_open().  D_INVALID_OPERATION: the
 * device has no rings; D_INVALID_SIZE: SLOTS or BYTES is none that a ring has;
 * D_NO_MEMORY, also when there are as many rings as there may be
 * (USRD_MAX_RINGS and its kin in <usrd/types.h>), to which one counts until its
 * driver has answered what it took, even if its client is dead; else as
 * usrd_open(). */
kern_return_t usrd_ring_open(const char *name, dev_mode_t mode, unsigned slots,
                             size_t bytes, struct usrd_ring **ring);

/* The same, and the ring shares the bell of BESIDE, which may be closed before
 * it: usrd_ring_sleep() waits for both.  NULL: a bell of its own. */
kern_return_t usrd_ring_open_beside(const char *name, dev_mode_t mode,
                                    unsigned slots, size_t bytes,
                                    struct usrd_ring *beside,
                                    struct usrd_ring **ring);

/* What is in flight is not waited for: its buffers are the driver's until it
 * has answered, and nobody else's until then. */
void usrd_ring_close(struct usrd_ring *ring);

void *usrd_ring_data(struct usrd_ring *ring); /* the buffers */

/* The ring's handle of the device, for device_get_status() and its kin; it ends
 * with the ring. */
mach_port_t usrd_ring_handle(const struct usrd_ring *ring);

/* A number that is another with each incarnation of the driver.  Reads the
 * ring, sends nothing. */
uint32_t usrd_ring_epoch(const struct usrd_ring *ring);

/* Post a request; the driver hears of it at usrd_ring_submit(), or when this
 * task waits.  FALSE: all slots are used. */
boolean_t usrd_ring_post(struct usrd_ring *ring, enum usrd_ring_op op,
                         uint64_t record, uint64_t count, uint64_t offset,
                         uint64_t cookie);
void usrd_ring_submit(struct usrd_ring *ring);

/* An answer that is there: FALSE if there is none.  Sends nothing. */
boolean_t usrd_ring_poll(struct usrd_ring *ring,
                         struct usrd_ring_result *result);

/* Submit, and wait for an answer, for as long as usrd_set_timeout() says, with
 * heartbeats.  D_DEVICE_DOWN: the driver was stopped or given up, and the
 * requests stay posted; MACH_RCV_TIMED_OUT; MACH_SEND_INVALID_DEST: the driver
 * removed the device; D_INVALID_OPERATION: nothing was posted. */
kern_return_t usrd_ring_wait(struct usrd_ring *ring,
                             struct usrd_ring_result *result);

/* Submit to each of N rings, which share one bell, and wait until there may be
 * something to poll in one of them, whether anything was posted or not, with
 * heartbeats: KERN_SUCCESS, also when a driver came or went.
 * MACH_RCV_TIMED_OUT: nothing came for MS milliseconds (which the kernel counts
 * in steps of 10; 0 is a look); MACH_SEND_INVALID_DEST: a device that was to be
 * rung is removed; D_INVALID_OPERATION: N is 0, or their bells are several. */
kern_return_t usrd_ring_sleep(struct usrd_ring *const rings[], unsigned n,
                              unsigned ms);

/* Post one and wait for it; for a ring on which nothing else is in flight.
 * *DONE: bytes. */
kern_return_t usrd_ring_call(struct usrd_ring *ring, enum usrd_ring_op op,
                             uint64_t record, uint64_t count, uint64_t offset,
                             uint64_t *done);

/* ---- The driver's side ---- */

/* A request, checked: the buffer is inside of the ring's, and the records
 * inside of the window that the client has of the device, if it is one.  That
 * they are on the device is the driver's to check. */
struct usrd_ring_request {
    unsigned id; /* for usrd_ring_complete() */
    enum usrd_ring_op op;
    uint64_t record;   /* of the device */
    uint64_t count;    /* bytes */
    void *data;        /* NULL where the operation has no data */
    uint64_t physical; /* of data, for a driver with USRD_CAP_DMA; else 0 */
    unsigned slots;    /* of its ring */
};

/* The callback device_ring is given each; see struct usrd_driver_callbacks. */

/* Answer request ID, once, in a callback or after it.  RESULT goes to the
 * client, with COUNT bytes moved; D_IO_ERROR if that is more than it asked for.
 * The upper half of COUNT is a network device's flags.
 * Nothing if there is no such request. */
void usrd_ring_complete(unsigned id, kern_return_t result, uint64_t count);

/* In device_open: is it for a ring that was open before this incarnation, so
 * that its client may have lost what a reset made the device forget?  Of a
 * handle without a ring this is not known: FALSE. */
boolean_t usrd_ring_is_older(void);

/* In device_open: is it for a ring? */
boolean_t usrd_ring_is_opened(void);

#endif
