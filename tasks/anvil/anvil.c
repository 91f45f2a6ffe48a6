/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's driver of rings, by hand: it takes each, says in its page what it
 * was told of it, and does what the client's page wants when the client rings.
 * Its one device is called as the task. */
#include "anvil.h"

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <stdbool.h>
#include <stdio.h>
#include <userspace_driver.h>

static struct usrd_driver_callbacks none;
static usrd_driver_t driver;
static const char *device;

/* As MIG lays them out. */
struct opening {
    mach_msg_header_t head;
    mach_msg_type_t handle_type;
    uint32_t handle, pad;
    mach_msg_type_t mode_type;
    uint32_t mode, pad2;
    mach_msg_type_t name_type;
    char name[64];
    mach_msg_type_t first_type;
    uint64_t first;
    mach_msg_type_t count_type;
    uint64_t count;
};
struct open_ring {
    struct opening open;
    mach_msg_type_t words_type;
    uint64_t words[8];
    mach_msg_type_t bell_type;
    uint64_t bell;
};

static union {
    mach_msg_header_t head;
    struct opening open;
    struct open_ring ring;
    char bytes[4096];
} msg;

static struct ring {
    volatile char *at; /* NULL: none */
    mach_port_t bell;
    bool closing;
} rings[USRD_MAX_HANDLES];

static bool hold;

static volatile struct anvil_word *word(const struct ring *r)
{
    return (volatile struct anvil_word *)(r->at + USRD_RING_DRIVER_AT);
}

static volatile struct anvil_wish *wish(const struct ring *r)
{
    return (volatile struct anvil_wish *)(r->at + USRD_RING_CLIENT_AT);
}

static void answer(const struct ring *r)
{
    mach_msg_header_t bell = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof bell,
        .msgh_remote_port = r->bell,
        .msgh_id = USRD_RING_ANSWERED,
    };
    mach_msg(&bell, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof bell, 0,
             MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static void open_ring(const struct open_ring *m)
{
    struct ring *r = &rings[m->open.handle];

    if (m->words[USRD_RING_WORD_SLOTS] == ANVIL_REFUSED) {
        mach_port_deallocate(mach_task_self(), (mach_port_t)m->bell);
        usrd_msg_open_done(mach_task_self(), m->open.handle,
                           D_INVALID_OPERATION);
        return;
    }
    *r = (struct ring){.at = (char *)m->words[USRD_RING_WORD_ADDRESS],
                       .bell = (mach_port_t)m->bell};
    volatile struct anvil_word *w = word(r);
    w->bells = 0;
    for (unsigned n = 0; n < 8; n++)
        w->ring[n] = m->words[n];
    w->first = m->open.first;
    w->count = m->open.count;
    w->run = usrd_incarnation();
    usrd_msg_open_done(mach_task_self(), m->open.handle, KERN_SUCCESS);
    answer(r);
}

static void end(unsigned handle)
{
    struct ring *r = &rings[handle];

    if (r->at && r->bell)
        mach_port_deallocate(mach_task_self(), r->bell);
    r->at = NULL;
    usrd_msg_close_done(mach_task_self(), handle);
}

static void release(void)
{
    hold = false;
    for (unsigned n = 0; n < USRD_MAX_HANDLES; n++)
        if (rings[n].closing) {
            rings[n].closing = false;
            end(n);
        }
}

static void announce(void)
{
    usrd_driver_register(driver, mach_task_self());
    usrd_driver_add_device(driver, device, USRD_CAP_BLOCK_DEVICE, NULL);
}

static uint64_t sum(const struct ring *r)
{
    uint64_t all = 0;

    for (uint64_t n = 0; n < word(r)->ring[USRD_RING_WORD_BYTES]; n++)
        all += (unsigned char)r->at[USRD_RING_DATA_AT + n];
    return all;
}

static void bell(struct ring *r)
{
    volatile struct anvil_wish *w = wish(r);

    switch (w->command) {
    case ANVIL_WRITE_CLIENT:
        w->address = 1;
        break;
    case ANVIL_CRASH:
        *(volatile int *)NULL = 0;
        break;
    case ANVIL_HOLD:
        hold = true;
        break;
    case ANVIL_RELEASE:
        release();
        break;
    case ANVIL_PROTECT:
        word(r)->answer =
            (unsigned)vm_protect(mach_task_self(), (vm_address_t)w, 4096, FALSE,
                                 VM_PROT_READ | VM_PROT_WRITE);
        break;
    case ANVIL_REGISTER_AGAIN:
        usrd_driver_unregister(driver);
        announce();
        return;
    case ANVIL_TOUCH:
        word(r)->answer = sum(r);
        break;
    case ANVIL_READ:
        word(r)->answer = *(volatile unsigned char *)w->address;
        break;
    }
    word(r)->bells++;
    answer(r);
}

static void handle_message(void)
{
    unsigned h = USRD_HANDLE_OF(msg.head.msgh_local_port);

    if (msg.head.msgh_id == USRD_RING_BELL && h < USRD_MAX_HANDLES &&
        rings[h].at)
        bell(&rings[h]);
    else if (msg.head.msgh_id != ANVIL_KEEP)
        mach_msg_destroy(&msg.head);
}

static void service_message(void)
{
    unsigned h = msg.open.handle;

    switch (msg.head.msgh_id) {
    case 4840:
        printf("open first=%lu count=%lu\n", (unsigned long)msg.open.first,
               (unsigned long)msg.open.count);
        usrd_msg_open_done(mach_task_self(), h, KERN_SUCCESS);
        break;
    case 4841:
        rings[h].closing = hold && rings[h].at;
        if (!rings[h].closing)
            end(h);
        break;
    case 4843:
        usrd_msg_exit(mach_task_self(), 0);
        break;
    case 4846:
        usrd_driver_heartbeat(driver);
        break;
    case 4848:
        open_ring(&msg.ring);
        break;
    default:
        mach_msg_destroy(&msg.head);
    }
}

int main(int argc, char **argv)
{
    unsigned caps = argc > 1 && argv[1][0] == 'd' ? USRD_CAP_DMA : 0;

    device = argv[0];
    driver = usrd_driver_create(device, "rings", 1, 0, caps, &none);
    announce();
    usrd_msg_ready(mach_task_self());
    for (;;) {
        if (mach_msg(&msg.head, MACH_RCV_MSG, 0, sizeof msg, USRD_PORT_SET, 0,
                     MACH_PORT_NULL))
            return 1;
        if (msg.head.msgh_local_port == USRD_PORT_SERVICE)
            service_message();
        else
            handle_message();
    }
}
