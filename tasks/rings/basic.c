/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * rings basic DEVICE: what a ring does, and what it refuses, on a disk of 2 MiB
 * or more that answers each request. */
#include <string.h>

#include "../ktap.h"
#include "rings.h"

/* COUNT writes posted together, then as many reads. */
static void depth(struct usrd_ring *ring, unsigned slots)
{
    struct usrd_ring_result r;
    unsigned written = 0, right = 0;

    for (unsigned n = 0; n < slots; n++) {
        memset(ring_buffer(ring, n), (int)(slots + n), BLOCK);
        usrd_ring_post(ring, USRD_RING_WRITE, n * 8, BLOCK, n * BLOCK, n);
    }
    ktap_ok(!usrd_ring_post(ring, USRD_RING_READ, 0, BLOCK, 0, 0),
            "%u are all that it has slots for", slots);
    while (usrd_ring_wait(ring, &r) == KERN_SUCCESS)
        written += r.result == KERN_SUCCESS && r.count == BLOCK;
    memset(usrd_ring_data(ring), 0, slots * BLOCK);
    for (unsigned n = 0; n < slots; n++)
        usrd_ring_post(ring, USRD_RING_READ, n * 8, BLOCK, n * BLOCK, n);
    usrd_ring_submit(ring);
    while (usrd_ring_wait(ring, &r) == KERN_SUCCESS) {
        char *data = ring_buffer(ring, (unsigned)r.cookie);
        right += r.result == KERN_SUCCESS && r.count == BLOCK &&
                 data[0] == (char)(slots + r.cookie) &&
                 data[BLOCK - 1] == data[0];
    }
    ktap_ok(written == slots && right == slots,
            "%u writes at a time and as many reads", slots);
}

static void operations(struct usrd_ring *ring)
{
    char *data = usrd_ring_data(ring);

    memset(data, 'w', RECORD);
    one(ring, USRD_RING_WRITE, 7, KERN_SUCCESS, "a write");
    one(ring, USRD_RING_FLUSH, 0, KERN_SUCCESS, "a flush");
    one(ring, USRD_RING_DISCARD, 8, KERN_SUCCESS, "a discard");
    memset(data, 0, RECORD);
    one(ring, USRD_RING_READ, 7, KERN_SUCCESS, "a read");
    ktap_ok(data[0] == 'w' && data[RECORD - 1] == 'w', "of what was written");
    one(ring, USRD_RING_ZERO, 7, KERN_SUCCESS, "zeroes");
    one(ring, USRD_RING_READ, 7, KERN_SUCCESS, "read back");
    ktap_ok(data[0] == 0 && data[RECORD - 1] == 0, "are there");
}

static void refused(struct usrd_ring *ring)
{
    uint64_t done;

    ktap_ok(usrd_ring_call(ring, USRD_RING_READ, 0, BLOCK, BLOCK, &done) ==
                    KERN_SUCCESS &&
                done == BLOCK,
            "the whole of the last block");
    ktap_ok(usrd_ring_call(ring, USRD_RING_READ, 0, BLOCK, BLOCK + RECORD,
                           &done) == D_INVALID_SIZE,
            "a buffer that ends past the ring's");
    one(ring, (enum usrd_ring_op)99, 0, D_INVALID_OPERATION,
        "an operation that is none");
    one(ring, USRD_RING_READ, ~0ul, D_INVALID_RECNUM, "no such record");
}

static void read_only(const char *device)
{
    struct usrd_ring *ring;

    if (!ktap_ok(usrd_ring_open(device, D_READ, 2, BLOCK, &ring) ==
                     KERN_SUCCESS,
                 "opened for reading"))
        return;
    one(ring, USRD_RING_READ, 0, KERN_SUCCESS, "it reads");
    one(ring, USRD_RING_WRITE, 0, D_READ_ONLY, "and does not write");
    one(ring, USRD_RING_ZERO, 0, D_READ_ONLY, "nor zero");
    one(ring, USRD_RING_FLUSH, 0, KERN_SUCCESS, "but flush");
    usrd_ring_close(ring);
}

static void opens(const char *device)
{
    struct usrd_ring *ring = NULL;
    kern_return_t kr = usrd_ring_open("hello", D_READ, 2, BLOCK, &ring);

    ktap_ok(kr == D_INVALID_OPERATION, "a device without rings: %s",
            usrd_error_text(kr));
    kr = usrd_ring_open("uart", D_READ, 2, BLOCK, &ring);
    ktap_ok(kr == KERN_NO_ACCESS || kr == D_NO_SUCH_DEVICE,
            "one that needs= has not: %s", usrd_error_text(kr));
    for (unsigned slots = 0; slots <= 128; slots += slots == 0 ? 3 : 125)
        ktap_ok(usrd_ring_open(device, D_READ, slots, BLOCK, &ring) ==
                    D_INVALID_SIZE,
                "%u slots are refused", slots);
}

/* Two rings of one bell, and a wait for both. */
static void beside(const char *device)
{
    struct usrd_ring *pair[2];
    struct usrd_ring_result r;
    int words[DEV_GET_RECORDS_COUNT];
    natural_t n = DEV_GET_RECORDS_COUNT;
    kern_return_t kr = KERN_SUCCESS;

    pair[0] = ring_open(device, 2);
    if (!ktap_ok(pair[0] &&
                     usrd_ring_open_beside(device, D_READ, 2, BLOCK, pair[0],
                                           &pair[1]) == KERN_SUCCESS,
                 "a ring beside another"))
        return;
    ktap_ok(usrd_get_status(usrd_ring_handle(pair[1]), DEV_GET_RECORDS, words,
                            &n) == KERN_SUCCESS &&
                usrd_ring_epoch(pair[1]) == usrd_ring_epoch(pair[0]),
            "has a handle of the same driver");
    for (unsigned k = 0; k < 2; k++) {
        unsigned found = 0;
        usrd_ring_post(pair[k], USRD_RING_READ, 0, RECORD, 0, k);
        while (!found && kr == KERN_SUCCESS) {
            kr = usrd_ring_sleep(pair, 2, 5000);
            found = usrd_ring_poll(pair[0], &r) + usrd_ring_poll(pair[1], &r);
        }
        ktap_ok(found == 1 && r.cookie == k && r.result == KERN_SUCCESS,
                "ring %u's answer wakes who waits for both: %s", k,
                usrd_error_text(kr));
    }
    while ((kr = usrd_ring_sleep(pair, 2, 50)) == KERN_SUCCESS)
        continue;
    ktap_ok(kr == MACH_RCV_TIMED_OUT, "then nothing comes: %s",
            usrd_error_text(kr));
    usrd_ring_close(pair[0]);
    ktap_ok(usrd_ring_call(pair[1], USRD_RING_READ, 0, RECORD, 0, &r.count) ==
                KERN_SUCCESS,
            "its bell outlives the one it was made beside");
    usrd_ring_close(pair[1]);
}

int basic(const char *device)
{
    struct usrd_ring_result r;

    for (unsigned slots = 1; slots <= USRD_RING_SLOTS; slots *= 2) {
        struct usrd_ring *ring = ring_open(device, slots);
        if (!ktap_ok(ring != NULL, "a ring of %u slots", slots))
            break;
        ktap_ok(!usrd_ring_poll(ring, &r) &&
                    usrd_ring_wait(ring, &r) == D_INVALID_OPERATION,
                "where nothing was posted nothing is waited for");
        depth(ring, slots);
        if (slots == 2) {
            operations(ring);
            refused(ring);
        }
        usrd_ring_close(ring);
    }
    read_only(device);
    opens(device);
    beside(device);
    return ktap_end();
}
