/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver of the tests that remembers what it is told: for each handle, and
 * for the device.  knob.h says what its flavors do.
 */
#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <mach/mach_port.h>
#include <stdlib.h>
#include <string.h>

#include "knob.h"

#define WAITERS 64

struct setting {
    int first, count, turn;
};
struct knob {
    struct setting value[KNOB_VALUES];
    int turns;
};

static int counts[KNOB_COUNT_WORDS];
static int speed;
static kern_return_t health;
static struct {
    mach_port_t port;
    int priority, count, sum;
} filter;
static usrd_op_t later[WAITERS]; /* to be answered at the next heartbeat */
static unsigned n_later;

static kern_return_t wait_for_heartbeat(usrd_driver_t driver)
{
    if (n_later == WAITERS)
        return D_NO_MEMORY;
    later[n_later] = usrd_defer(driver);
    return later[n_later] && ++n_later ? MIG_NO_REPLY : D_NO_MEMORY;
}

static kern_return_t knob_health(usrd_driver_t driver)
{
    (void)driver;
    while (n_later > 0)
        usrd_complete(later[--n_later], KERN_SUCCESS, NULL, 0);
    return health;
}

static kern_return_t knob_open(usrd_driver_t driver, const char *name,
                               dev_mode_t mode, void **context)
{
    (void)mode;
    struct knob *k = usrd_malloc(driver, sizeof *k);

    if (k == NULL)
        return D_NO_MEMORY;
    counts[KNOB_OPENS]++;
    *context = memset(k, 0, sizeof *k);
    return strcmp(name, "slow") == 0 ? wait_for_heartbeat(driver)
                                     : KERN_SUCCESS;
}

static kern_return_t knob_close(usrd_driver_t driver, void *context)
{
    counts[KNOB_CLOSES]++;
    usrd_free(driver, context, sizeof(struct knob));
    return KERN_SUCCESS;
}

static kern_return_t never(usrd_driver_t driver)
{
    usrd_op_t op = usrd_defer(driver);

    counts[KNOB_WAITING] += op != 0;
    return op ? MIG_NO_REPLY : D_NO_MEMORY;
}

static kern_return_t knob_read(usrd_driver_t driver, void *context,
                               dev_mode_t mode, recnum_t recnum,
                               vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)context, (void)mode;
    if (recnum == KNOB_NEVER)
        return never(driver);
    *got = wanted;
    *data = usrd_malloc(driver, wanted);
    return *data ? memset(*data, 'k', wanted), KERN_SUCCESS : D_NO_MEMORY;
}

static kern_return_t knob_write(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum, void *data,
                                vm_size_t size, vm_size_t *written)
{
    (void)context, (void)mode, (void)data;
    counts[KNOB_WRITES]++;
    *written = size;
    return recnum == KNOB_NEVER ? never(driver) : KERN_SUCCESS;
}

static kern_return_t act(usrd_driver_t driver, unsigned flavor, int word)
{
    usrd_dont_keep(driver);
    switch (flavor) {
    case KNOB_ACT:
        counts[KNOB_ACTIONS]++;
        return KERN_SUCCESS;
    case KNOB_HEALTH:
        health = word;
        return KERN_SUCCESS;
    case KNOB_SAY:
        return usrd_driver_set_status(driver, (unsigned)word);
    case KNOB_ERROR:
        return usrd_driver_report_error(driver, (unsigned)word, "as told");
    default:
        return D_INVALID_OPERATION;
    }
}

static kern_return_t knob_set_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t count)
{
    struct knob *k = context;
    int first = count > 0 ? status[0] : 0;

    if (flavor < KNOB_VALUES) {
        k->value[flavor] = (struct setting){first, (int)count, ++k->turns};
        return KERN_SUCCESS;
    }
    switch (flavor) {
    case KNOB_SPEED:
        speed = first;
        return KERN_SUCCESS;
    case KNOB_LATER:
        k->value[0] = (struct setting){first, (int)count, ++k->turns};
        return wait_for_heartbeat(driver);
    case KNOB_ONCE:
        return usrd_incarnation() > 1 ? D_INVALID_SIZE : KERN_SUCCESS;
    case KNOB_POISON:
        if (usrd_incarnation() > 1)
            *(volatile int *)0 = 1;
        return KERN_SUCCESS;
    }
    return act(driver, flavor, first);
}

static kern_return_t knob_set_filter(usrd_driver_t driver, void *context,
                                     mach_port_t port, int priority,
                                     const unsigned short *words,
                                     natural_t count)
{
    (void)driver, (void)context;
    if (filter.port != MACH_PORT_NULL)
        mach_port_deallocate(mach_task_self(), filter.port);
    filter.port = port;
    filter.priority = priority;
    filter.count = (int)count;
    filter.sum = 0;
    for (natural_t i = 0; i < count; i++)
        filter.sum += words[i];
    return KERN_SUCCESS;
}

static kern_return_t ring(void)
{
    mach_msg_header_t msg = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof msg,
        .msgh_remote_port = filter.port,
        .msgh_id = KNOB_RING,
    };

    return mach_msg(&msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg, 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static int port_names(void)
{
    mach_port_t *names;
    mach_port_type_t *types;
    mach_msg_type_number_t n, m;

    if (mach_port_names(mach_task_self(), &names, &n, &types, &m) !=
        KERN_SUCCESS)
        return -1;
    vm_deallocate(mach_task_self(), (vm_offset_t)names, n * sizeof *names);
    vm_deallocate(mach_task_self(), (vm_offset_t)types, m * sizeof *types);
    return (int)n;
}

static kern_return_t knob_get_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t *count)
{
    const struct knob *k = context;
    int words[KNOB_COUNT_WORDS] = {0};
    (void)driver;

    if (flavor < KNOB_VALUES)
        memcpy(words, &k->value[flavor], sizeof k->value[flavor]);
    else if (flavor == KNOB_SPEED)
        words[0] = speed;
    else if (flavor == KNOB_COUNTS) {
        counts[KNOB_PORTS] = port_names();
        memcpy(words, counts, sizeof counts);
    } else if (flavor == KNOB_RING)
        memcpy(words,
               (int[]){ring(), filter.priority, filter.count, filter.sum},
               4 * sizeof(int));
    else
        return D_INVALID_OPERATION;
    if (*count > KNOB_COUNT_WORDS)
        *count = KNOB_COUNT_WORDS;
    memcpy(status, words, *count * sizeof *words);
    return KERN_SUCCESS;
}

static kern_return_t knob_suspend(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    counts[KNOB_SUSPENDS]++;
    return KERN_SUCCESS;
}

static kern_return_t knob_resume(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    counts[KNOB_RESUMES]++;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks knob_callbacks = {
    .driver_health_check = knob_health,
    .device_open = knob_open,
    .device_close = knob_close,
    .device_read = knob_read,
    .device_write = knob_write,
    .device_get_status = knob_get_status,
    .device_set_status = knob_set_status,
    .device_set_filter = knob_set_filter,
    .device_suspend = knob_suspend,
    .device_resume = knob_resume,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(
        "knob", "remembers what it is told", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_NETWORK, &knob_callbacks);

    if (driver == NULL)
        return 1;
    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(driver, "knob", USRD_CAP_CHAR_DEVICE, NULL));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(driver, "slow", USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}
