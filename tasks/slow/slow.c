/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's driver whose operations take as long as they say, or for ever:
 * slow [block].  They are answered at its heartbeats, so its watchdog says how
 * exact that is.
 *
 * When it has nothing to do it says how many operations there were at a time,
 * and whether one came twice or went missing.
 */
#include <device/userspace_driver_sdk.h>
#include <mach/thread_switch.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <userspace_driver.h>
#include <usrd/client.h>
#include <usrd/types.h>

#include "slow.h"

#define KEPT 64
#define CLIENTS 32

static struct kept {
    usrd_op_t op;
    unsigned long end; /* us */
    vm_size_t size;
} kept[KEPT];

static struct client {
    unsigned last; /* number of its last write */
} clients[CLIENTS];

static unsigned n_clients, now_kept, most_kept, taken, answered, wrong;

static kern_return_t slow_open(usrd_driver_t driver, const char *name,
                               dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    *context = &clients[n_clients++ % CLIENTS];
    return KERN_SUCCESS;
}

static kern_return_t keep(usrd_driver_t driver, unsigned long ms,
                          vm_size_t size)
{
    struct kept *k = kept;

    while (k < kept + KEPT && k->op)
        k++;
    if (k == kept + KEPT)
        return D_NO_MEMORY;
    k->op = usrd_defer(driver);
    if (!k->op)
        return D_WOULD_BLOCK;
    k->end = usrd_now() + ms * 1000;
    k->size = size;
    if (++now_kept > most_kept)
        most_kept = now_kept;
    return MIG_NO_REPLY;
}

static void say_when_idle(void)
{
    static unsigned said;

    if (now_kept > 0 || said == answered)
        return;
    said = answered;
    printf("taken=%u answered=%u most=%u wrong=%u\n", taken, answered,
           most_kept, wrong);
}

static kern_return_t slow_beat(usrd_driver_t driver)
{
    (void)driver;
    for (struct kept *k = kept; k < kept + KEPT; k++)
        if (k->op && usrd_now() >= k->end) {
            usrd_complete(k->op, KERN_SUCCESS, NULL, k->size);
            k->op = 0;
            now_kept--;
            answered++;
        }
    say_when_idle();
    return KERN_SUCCESS;
}

static _Noreturn void spin(usrd_driver_t driver)
{
    for (;;) {
        usrd_driver_heartbeat(driver);
        usrd_sleep(20);
    }
}

static void lie(const usrd_words_t usage)
{
    usrd_msg_heartbeat(mach_task_self(), USRD_STATUS_RUNNING, usage);
}

static _Noreturn void spin_and_lie(void)
{
    static const usrd_words_t nothing;

    for (;;) {
        lie(nothing);
        thread_switch(MACH_PORT_NULL, SWITCH_OPTION_WAIT, 20);
    }
}

/* Only kernel-ext's messages, and each is answered so. */
static _Noreturn void claim(void)
{
    static const usrd_words_t paused = {[USRD_USAGE_PAUSE_MS] = 1000000};
    static union {
        mach_msg_header_t head;
        char bytes[1024];
    } msg;

    mach_port_move_member(mach_task_self(), USRD_PORT_SERVICE, MACH_PORT_NULL);
    for (;;) {
        mach_msg(&msg.head, MACH_RCV_MSG, 0, sizeof msg, USRD_PORT_SERVICE,
                 MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
        lie(paused);
    }
}

static kern_return_t slow_write(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum, void *data,
                                vm_size_t size, vm_size_t *written)
{
    struct client *c = context;
    struct slow_data d = {0};

    (void)mode;
    *written = size;
    memcpy(&d, data, size < sizeof d ? size : sizeof d);
    switch (recnum) {
    case 0:
        return KERN_SUCCESS;
    case SLOW_FORGET:
        return usrd_defer(driver) ? MIG_NO_REPLY : D_WOULD_BLOCK;
    case SLOW_SPIN:
        spin(driver);
    case SLOW_LIE:
        spin_and_lie();
    case SLOW_CLAIM:
        claim();
    default:
        taken++;
        wrong += d.number != ++c->last;
        return keep(driver, recnum, size);
    }
}

static kern_return_t slow_read(usrd_driver_t driver, void *context,
                               dev_mode_t mode, recnum_t recnum,
                               vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)context, (void)mode;
    if (recnum == SLOW_WAIT)
        return usrd_defer(driver) ? MIG_NO_REPLY : D_WOULD_BLOCK;
    *data = usrd_malloc(driver, wanted);
    if (!*data)
        return D_NO_MEMORY;
    memset(*data, 's', wanted);
    *got = wanted;
    return KERN_SUCCESS;
}

static kern_return_t slow_get_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t *count)
{
    (void)driver, (void)context;
    if (flavor != SLOW_INCARNATION || *count < 1)
        return D_INVALID_OPERATION;
    *status = (int)usrd_incarnation();
    *count = 1;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = slow_open,
    .device_read = slow_read,
    .device_write = slow_write,
    .device_get_status = slow_get_status,
    .driver_health_check = slow_beat,
};

int main(int argc, char **argv)
{
    bool block = argc > 1 && strcmp(argv[1], "block") == 0;
    unsigned class = block ? USRD_CAP_BLOCK_DEVICE : USRD_CAP_CHAR_DEVICE;
    usrd_driver_t driver =
        usrd_driver_create("slow", "takes its time", 1, 0, class, &callbacks);

    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(usrd_driver_add_device(driver, "slow", class, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}
