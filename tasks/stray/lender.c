/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * lender ROUNDS close|kill|write: lends a buffer to stray's device.  close: it takes
 * it back by closing the ring, and looks whether memory that it is given next
 * changes.  kill: it kills the driver in the middle of a transfer, and looks
 * whether the buffer changes before the next incarnation has it.  write: the
 * buffer is for the device to read, and it looks whether that changes it. */
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <userspace_driver_operator.h>

#include <usrd/client.h>
#include <usrd/operator.h>
#include <usrd/ring.h>

#include "stray.h"

#define PAGE 4096u
#define PAGES 512u    /* that it takes: the one it had lent is among them */
#define PAUSE_MS 30   /* until the transfer is under way, or the memory free */
#define WATCH_MS 150  /* longer than a transfer takes, of 100 ms */
#define REST_MS 80    /* longer than the rest of one, shorter than the next */
#define WAIT_MS 10000 /* for a death */

static unsigned incarnation(void)
{
    usrd_name_t name, cause;
    usrd_info_t info;
    mach_msg_type_number_t count;

    for (unsigned n = 0;; n++) {
        count = sizeof info / sizeof *info;
        if (usrd_op_status(mach_task_self(), n, name, cause, info, &count) !=
            KERN_SUCCESS)
            return 0;
        if (strcmp(name, "stray") == 0)
            return (unsigned)info[USRD_INFO_INCARNATION];
    }
}

static boolean_t kill_stray(void)
{
    unsigned was = incarnation();

    if (usrd_op_kill(mach_task_self(), "stray") != KERN_SUCCESS)
        return FALSE;
    for (unsigned ms = 0; ms < WAIT_MS; ms += 10) {
        if (incarnation() != was)
            return TRUE;
        usrd_sleep(10);
    }
    return FALSE;
}

/* Pages that are ours now: does one change? */
static boolean_t changes(void)
{
    vm_address_t at = 0;
    boolean_t did = FALSE;

    if (vm_allocate(mach_task_self(), &at, PAGES * PAGE, TRUE) != KERN_SUCCESS)
        return FALSE;
    volatile uint32_t *words = (volatile uint32_t *)at;
    for (unsigned n = 0; n < PAGES * PAGE / 4; n++)
        words[n] = n;
    usrd_sleep(WATCH_MS);
    for (unsigned n = 0; n < PAGES * PAGE / 4; n++)
        did |= words[n] != n;
    vm_deallocate(mach_task_self(), at, PAGES * PAGE);
    return did;
}

/* The device is to write to the buffer, but its driver dies. */
static boolean_t buffer_changes(struct usrd_ring *ring)
{
    struct usrd_ring_result result;
    char *data = usrd_ring_data(ring);
    boolean_t did = FALSE;

    usrd_ring_post(ring, USRD_RING_READ, 0, STRAY_BYTES, 0, 0);
    usrd_ring_submit(ring);
    usrd_sleep(PAUSE_MS);
    memset(data, 'k', STRAY_BYTES);
    if (!kill_stray())
        printf("it was not killed\n");
    usrd_sleep(REST_MS);
    for (unsigned n = 0; n < STRAY_BYTES; n++)
        did |= data[n] != 'k';
    while (!usrd_ring_poll(ring, &result))
        if (usrd_ring_wait(ring, &result) == KERN_SUCCESS)
            break;
    return did;
}

/* The first transfer is let be done: it shows that the device reaches the
 * buffer, and an IOMMU remembers how. */
static boolean_t one_round(boolean_t kill, unsigned *changed)
{
    struct usrd_ring *ring;
    uint64_t count = 0;

    kern_return_t kr = usrd_ring_open("stray", D_READ, 4, PAGE, &ring);
    if (kr == KERN_SUCCESS) {
        memset(usrd_ring_data(ring), 'l', PAGE);
        kr = usrd_ring_call(ring, USRD_RING_READ, 0, STRAY_BYTES, 0, &count);
    }
    if (kr != KERN_SUCCESS || *(char *)usrd_ring_data(ring) == 'l') {
        printf("not reached: %s\n", usrd_error_text(kr));
        return FALSE;
    }
    if (kill)
        *changed += buffer_changes(ring);
    usrd_ring_close(ring);
    usrd_sleep(PAUSE_MS);
    if (!kill)
        *changed += changes();
    return TRUE;
}

/* Stray's device writes to whatever it is lent. */
static boolean_t is_written_to(void)
{
    struct usrd_ring *ring;
    uint64_t count;

    if (usrd_ring_open("stray", D_WRITE, 4, PAGE, &ring) != KERN_SUCCESS)
        return FALSE;
    char *data = usrd_ring_data(ring);
    memset(data, 'l', PAGE);
    kern_return_t kr =
        usrd_ring_call(ring, USRD_RING_WRITE, 0, STRAY_BYTES, 0, &count);
    printf("written=%d: %s\n", *data != 'l', usrd_error_text(kr));
    usrd_ring_close(ring);
    return TRUE;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
    boolean_t kill = argc > 2 && strcmp(argv[2], "kill") == 0;
    unsigned n = 0, changed = 0;

    if (argc > 2 && strcmp(argv[2], "write") == 0)
        return !is_written_to();
    while (n < rounds && one_round(kill, &changed))
        n++;
    printf("rounds=%u changed=%u\n", n, changed);
    return 0;
}
