/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The server that does nothing: a header comes, a header goes.  What remains
 * of a call is the kernel's. */
#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <userspace_driver.h>

static struct usrd_driver_callbacks none;

static union {
    mach_msg_header_t head;
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        uint32_t handle;
    } open;
    char bytes[512];
} msg;

/* kernel-ext's open; there is nothing else that it says. */
static mach_msg_size_t open_done(void)
{
    if (msg.head.msgh_id == 4840)
        usrd_msg_open_done(mach_task_self(), msg.open.handle, KERN_SUCCESS);
    return 0;
}

static mach_msg_size_t answer(void)
{
    msg.head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
    msg.head.msgh_size = sizeof msg.head;
    msg.head.msgh_local_port = MACH_PORT_NULL;
    return sizeof msg.head;
}

int main(void)
{
    usrd_driver_t driver =
        usrd_driver_create("null", "answers", 1, 0, 0, &none);
    mach_msg_size_t size = 0;

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "null", USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    usrd_msg_ready(mach_task_self());
    for (;;) {
        if (mach_msg(&msg.head, MACH_RCV_MSG | (size ? MACH_SEND_MSG : 0), size,
                     sizeof msg, USRD_PORT_SET, 0, MACH_PORT_NULL))
            return 1;
        size = msg.head.msgh_local_port == USRD_PORT_SERVICE ? open_done()
                                                             : answer();
    }
}
