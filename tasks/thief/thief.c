/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A handle that is given to an accomplice: `-- giver`, `-- taker`, `-- victim`.
 *
 * The taker opens the giver's device and leaves a port there, as a packet
 * filter would.  When the victim writes, the giver sends the receive rights of
 * all its handles to that port, and crashes.  The victim's handle has to find
 * its way to the giver's next incarnation. */
#include <device.h>
#include <userspace_driver.h>
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <usrd/client.h>
#include <usrd/types.h>

#include "../ktap.h"

struct one_right {
    mach_msg_header_t head;
    mach_msg_type_t type;
    mach_port_t port;
    uint32_t pad;
    char room[64]; /* when received: for the trailer */
};

/* ---- giver ---- */

static mach_port_t accomplice;

static kern_return_t giver_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t giver_set_filter(usrd_driver_t driver, void *context,
                                      mach_port_t port, int priority,
                                      const unsigned short *filter,
                                      natural_t count)
{
    (void)driver, (void)context, (void)priority, (void)filter, (void)count;
    accomplice = port;
    return KERN_SUCCESS;
}

static void give(mach_port_t name)
{
    struct one_right msg = {
        .head.msgh_bits =
            MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .head.msgh_size = offsetof(struct one_right, room),
        .head.msgh_remote_port = accomplice,
        .type.msgt_name = MACH_MSG_TYPE_MOVE_RECEIVE,
        .type.msgt_size = 64,
        .type.msgt_number = 1,
        .type.msgt_inline = TRUE,
        .port = name,
    };
    mach_msg(&msg.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, msg.head.msgh_size,
             0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static kern_return_t giver_write(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum, void *data,
                                 vm_size_t bytes, vm_size_t *written)
{
    (void)driver, (void)context, (void)mode, (void)recnum, (void)data;
    if (usrd_incarnation() > 1) {
        *written = bytes;
        return KERN_SUCCESS;
    }
    if (!accomplice)
        return D_WOULD_BLOCK;
    for (unsigned h = 0; h < USRD_MAX_HANDLES; h++)
        give(USRD_PORT_HANDLE(h));
    __builtin_trap();
}

static int giver(void)
{
    struct usrd_driver_callbacks callbacks = {
        .device_open = giver_open,
        .device_write = giver_write,
        .device_set_filter = giver_set_filter,
    };
    usrd_driver_t driver = usrd_driver_create("giver", "gives handles away", 1,
                                              0, USRD_CAP_NONE, &callbacks);
    if (!driver ||
        usrd_driver_register(driver, mach_task_self()) != KERN_SUCCESS ||
        usrd_driver_add_device(driver, "giver", USRD_CAP_CHAR_DEVICE, NULL) !=
            KERN_SUCCESS)
        return 1;
    return usrd_driver_run(driver) == KERN_SUCCESS ? 0 : 1;
}

/* ---- taker ---- */

static int taker(void)
{
    mach_port_t device, port = mach_reply_port();
    filter_t none[1] = {0};
    struct one_right msg;

    mach_port_insert_right(mach_task_self(), port, port,
                           MACH_MSG_TYPE_MAKE_SEND);
    if (usrd_open("giver", D_READ | D_WRITE, &device) != KERN_SUCCESS ||
        device_set_filter(device, port, MACH_MSG_TYPE_MOVE_SEND, 0, none, 1) !=
            KERN_SUCCESS)
        return 1;
    for (;;) /* and keep what comes */
        mach_msg(&msg.head, MACH_RCV_MSG, 0, sizeof msg, port, 0,
                 MACH_PORT_NULL);
}

/* ---- victim ---- */

static int victim(void)
{
    mach_port_t device;
    size_t written = 0;
    kern_return_t kr;

    ktap_begin();
    ktap_ok(usrd_open("giver", D_WRITE, &device) == KERN_SUCCESS, "opens");
    while ((kr = usrd_write(device, 0, 0, "x", 1, &written)) == D_WOULD_BLOCK)
        usrd_sleep(10);
    ktap_ok(kr == MIG_SERVER_DIED, "the giver dies of the request: %d", kr);
    kr = usrd_write(device, 0, 0, "x", 1, &written);
    ktap_ok(kr == KERN_SUCCESS && written == 1,
            "the next incarnation has the same handle: %d", kr);
    return ktap_end();
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";
    if (strcmp(role, "giver") == 0)
        return giver();
    usrd_msg_ready(mach_task_self()); /* start code leaves that to a driver */
    return strcmp(role, "taker") == 0 ? taker() : victim();
}
