/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * rings flushes: the cache of platter is lost with each reset, and every ring
 * that is older than that hears so with its next flush. */
#include <string.h>
#include <userspace_driver_operator.h>

#include "../ktap.h"
#include "rings.h"

#define DEVICE "platter"

static void kill_it(void)
{
    unsigned was = generation(DEVICE);

    ktap_ok(usrd_op_kill(mach_task_self(), DEVICE) == KERN_SUCCESS,
            "the driver is killed");
    for (unsigned n = 0; n < 100 && generation(DEVICE) == was; n++)
        usrd_sleep(10);
    usrd_wait(DEVICE, 5000);
}

static void write_one(struct usrd_ring *ring, char what)
{
    memset(usrd_ring_data(ring), what, RECORD);
    one(ring, USRD_RING_WRITE, 5, KERN_SUCCESS, "a write");
}

static void read_one(struct usrd_ring *ring, char what, const char *name)
{
    char *data = usrd_ring_data(ring);

    one(ring, USRD_RING_READ, 5, KERN_SUCCESS, "a read");
    ktap_ok(data[0] == what && data[RECORD - 1] == what, "%s", name);
}

int flushes(void)
{
    struct usrd_ring *writer = ring_open(DEVICE, 4);
    struct usrd_ring *other = ring_open(DEVICE, 4);

    if (!ktap_ok(writer && other, "two rings"))
        return ktap_end();
    write_one(writer, 'a');
    one(writer, USRD_RING_FLUSH, 0, KERN_SUCCESS, "a flush");
    write_one(writer, 'b');
    kill_it();
    read_one(writer, 'a', "the device has lost what was not flushed");
    struct usrd_ring *later = ring_open(DEVICE, 4);
    if (!ktap_ok(later != NULL, "a ring that is opened now"))
        return ktap_end();
    one(later, USRD_RING_FLUSH, 0, KERN_SUCCESS, "has lost nothing");
    one(writer, USRD_RING_FLUSH, 0, D_IO_ERROR, "the writer is told");
    one(other, USRD_RING_FLUSH, 0, D_IO_ERROR, "so is the other");
    one(writer, USRD_RING_FLUSH, 0, KERN_SUCCESS, "once");
    one(other, USRD_RING_FLUSH, 0, KERN_SUCCESS, "each");
    write_one(writer, 'c');
    one(writer, USRD_RING_FLUSH, 0, KERN_SUCCESS, "written again, flushed");
    kill_it();
    read_one(writer, 'c', "is there for good");
    return ktap_end();
}
