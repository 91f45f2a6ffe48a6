/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks with port rights: the retained ones, and many. */
#include "hostile.h"

#include <string.h>
#include <usrd/client.h>

#include "device.h"

#define MANY_PORTS 200000
#define MANY_HANDLES USRD_MAX_HANDLES /* more than one task may have open */

struct one_right {
    mach_msg_header_t head;
    mach_msg_type_t type;
    mach_port_t port;
    uint32_t pad;
};

/* Send the receive right NAME to PORT. */
static kern_return_t send_receive_right(mach_port_t to, unsigned disposition,
                                        mach_port_t name)
{
    struct one_right msg = {
        .head.msgh_bits =
            MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(disposition, 0),
        .head.msgh_size = sizeof msg,
        .head.msgh_remote_port = to,
        .head.msgh_id = 77777,
        .type.msgt_name = MACH_MSG_TYPE_MOVE_RECEIVE,
        .type.msgt_size = 64,
        .type.msgt_number = 1,
        .type.msgt_inline = TRUE,
        .port = name,
    };

    return mach_msg(&msg.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg, 0,
                    MACH_PORT_NULL, 1000, MACH_PORT_NULL);
}

static kern_return_t serve_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t serve_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t wanted, void **data, vm_size_t *got)
{
    static const char text[] = "served again\n";
    (void)context, (void)mode, (void)recnum;

    *got = wanted < sizeof text - 1 ? wanted : sizeof text - 1;
    *data = usrd_malloc(driver, *got);
    return *data ? (memcpy(*data, text, *got), KERN_SUCCESS) : D_NO_MEMORY;
}

/* What an incarnation after the attack does: it lives on what was retained. */
static void serve(void)
{
    static struct usrd_driver_callbacks callbacks = {.device_open = serve_open,
                                                     .device_read = serve_read};
    usrd_driver_t driver = usrd_driver_create(
        "hostile", "was hostile once", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);

    expect(KERN_SUCCESS, usrd_driver_register(driver, mach_task_self()));
    expect(KERN_SUCCESS, usrd_driver_add_device(driver, "hostile",
                                                USRD_CAP_CHAR_DEVICE, NULL));
    usrd_driver_run(driver);
}

/* A receive right that is gone ends its owner: cause=port.  It may take
 * kernel-ext a moment. */
static void await_the_end(void)
{
    usrd_sleep(1000);
    ktap_ok(false, "a task without its service port lives on");
}

void attack_destroy_service(void)
{
    mach_port_t self = mach_task_self(), mine = mach_reply_port();

    if (usrd_incarnation() > 1) {
        serve();
        return;
    }
    expect(KERN_SUCCESS,
           mach_port_mod_refs(self, mine, MACH_PORT_RIGHT_RECEIVE, -1));
    mach_port_mod_refs(self, USRD_PORT_SERVICE, MACH_PORT_RIGHT_RECEIVE, -1);
    await_the_end();
}

/* To hello, which knows no such message and destroys it. */
void attack_give_service(void)
{
    mach_port_t mine = mach_reply_port();

    if (usrd_incarnation() > 1) {
        serve();
        return;
    }
    expect(KERN_SUCCESS,
           send_receive_right(hello, MACH_MSG_TYPE_COPY_SEND, mine));
    expect(KERN_SUCCESS, send_receive_right(hello, MACH_MSG_TYPE_COPY_SEND,
                                            USRD_PORT_SERVICE));
    await_the_end();
}

/* Into a message in a queue of its own, where nobody sees it; then it dies. */
void attack_hide_service(void)
{
    mach_port_t mine = mach_reply_port();

    if (usrd_incarnation() > 1) {
        serve();
        return;
    }
    expect(KERN_SUCCESS, send_receive_right(mine, MACH_MSG_TYPE_MAKE_SEND,
                                            USRD_PORT_SERVICE));
    kernel_ext_answers();
    *(volatile int *)0 = 1;
}

/* Its end takes the kernel long: that must not be kernel-ext's time. */
void attack_many_ports(void)
{
    unsigned n = 0;

    while (n < MANY_PORTS && mach_reply_port() != MACH_PORT_NULL)
        n++;
    ktap_ok(n == MANY_PORTS, "%u ports", n);
    kernel_ext_answers();
    *(volatile int *)0 = 1;
}

void attack_many_handles(void)
{
    static mach_port_t handle[MANY_HANDLES];
    mach_port_t again;
    unsigned n = 0;
    kern_return_t kr = KERN_SUCCESS;

    while (n < MANY_HANDLES &&
           (kr = usrd_open("hello", D_READ, &handle[n])) == KERN_SUCCESS)
        n++;
    ktap_ok(n > 0 && n < MANY_HANDLES && kr == D_NO_MEMORY,
            "after %u handles the answer is %s", n, usrd_error_text(kr));
    kernel_ext_answers();
    for (unsigned i = 0; i < n; i++)
        usrd_close(handle[i]);
    usrd_sleep(200);
    kr = usrd_open("hello", D_READ, &again);
    ktap_ok(kr == KERN_SUCCESS, "once they are closed hello opens again: %s",
            usrd_error_text(kr));
}

/* Dies with handles open; they are closed for it. */
void attack_orphan_handles(void)
{
    mach_port_t handle;

    for (int i = 0; i < 100; i++)
        if (usrd_open("hello", D_READ, &handle) != KERN_SUCCESS)
            ktap_ok(false, "open %d fails", i);
    *(volatile int *)0 = 1;
}

/* How many port names the driver of tasks/fuzz says that it has. */
static int names_of_target(void)
{
    mach_port_t handle;
    natural_t words = 1;
    int n = 0;

    expect(KERN_SUCCESS, usrd_open("target", D_READ, &handle));
    expect(KERN_SUCCESS, usrd_get_status(handle, 7, &n, &words));
    expect(KERN_SUCCESS, usrd_close(handle));
    usrd_sleep(100);
    return n;
}

/* A driver that kept a right to one of its handles would never hear that its
 * clients are gone. */
void attack_own_filter(void)
{
    unsigned short filter[4] = {0};
    mach_port_t handle, mine = mach_reply_port();
    int before = names_of_target();
    char data[16];
    size_t n;

    for (int i = 0; i < 3; i++) {
        expect(KERN_SUCCESS, usrd_open("target", D_READ, &handle));
        expect(KERN_SUCCESS,
               device_set_filter(handle, mine, MACH_MSG_TYPE_MAKE_SEND, 1,
                                 filter, 4));
        expect(D_INVALID_OPERATION,
               device_set_filter(handle, handle, MACH_MSG_TYPE_COPY_SEND, 1,
                                 filter, 4));
        expect(KERN_SUCCESS, usrd_read(handle, 0, 0, data, sizeof data, &n));
        expect(KERN_SUCCESS, usrd_close(handle));
    }
    usrd_sleep(200);
    int after = names_of_target();
    ktap_ok(after == before, "the driver has %d port names, as before", after);
}
