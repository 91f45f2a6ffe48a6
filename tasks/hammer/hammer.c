/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's client of anvil's rings, by hand: hammer life | ends | limits | windows |
 * memory | instances | kept | hold | fill | show | flood | write | foreign, and
 * perhaps the name of its driver.  Results are KTAP. */
#include "../rings/bell.h"
#include "hammer.h"

#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>
#include <userspace_driver_operator.h>
#include <usrd/operator.h>

mach_port_t doorbell;
const char *anvil = "anvil";

kern_return_t make_on(const char *name, unsigned mode, unsigned slots,
                      uint64_t bytes, struct ring *r)
{
    usrd_name_t text = "";

    strncpy(text, name, sizeof text - 1);
    *r = (struct ring){0};
    return usrd_msg_ring_create(mach_task_self(), text, mode, slots, bytes,
                                doorbell, &r->handle, &r->at);
}

kern_return_t make(uint64_t bytes, struct ring *r)
{
    return make_on(anvil, D_READ | D_WRITE, 8, bytes, r);
}

kern_return_t destroy(struct ring *r)
{
    kern_return_t kr = usrd_msg_ring_destroy(mach_task_self(), r->at);

    if (kr == KERN_SUCCESS)
        mach_port_deallocate(mach_task_self(), r->handle);
    return kr;
}

volatile struct anvil_word *word(const struct ring *r)
{
    return (volatile struct anvil_word *)(r->at + USRD_RING_DRIVER_AT);
}

volatile struct anvil_wish *wish(const struct ring *r)
{
    return (volatile struct anvil_wish *)(r->at + USRD_RING_CLIENT_AT);
}

volatile unsigned char *data(const struct ring *r)
{
    return (volatile unsigned char *)(r->at + USRD_RING_DATA_AT);
}

kern_return_t ring_bell(const struct ring *r)
{
    return bell(r->handle);
}

bool heard(unsigned ms)
{
    struct {
        mach_msg_header_t head;
        char room[64];
    } m;
    kern_return_t kr = mach_msg(&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
                                sizeof m, doorbell, ms, MACH_PORT_NULL);
    return kr == MACH_MSG_SUCCESS && m.head.msgh_id == USRD_RING_ANSWERED;
}

/* What was said before, each time that a driver took a ring, is old. */
bool strike(const struct ring *r, enum anvil_command command)
{
    while (heard(0))
        ;
    wish(r)->command = command;
    return ring_bell(r) == MACH_MSG_SUCCESS && heard(1000);
}

/* Pages: the kernel keeps four of a task that ended, for the next ones, up to
 * sixty; less than one a cycle, and than half of a large ring. */
#define SLACK 120

void same_as(const char *what, struct census before)
{
    unsigned after = (unsigned)count().ports;

    ktap_ok(after == before.ports, "%s: ports %u, %u", what,
            (unsigned)before.ports, after);
    as_free(what, before);
}

void as_free(const char *what, struct census before)
{
    struct census after = count();

    ktap_ok(after.free + SLACK >= before.free, "%s: free pages %u, %u", what,
            (unsigned)before.free, (unsigned)after.free);
}

bool fewer(struct census then, uint64_t pages)
{
    return count().free + pages - SLACK <= then.free;
}

/* For somebody to kill; a right to its handle is with the driver, too. */
static void hold(void)
{
    struct ring r;
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        uint64_t port;
    } m;

    if (make(USRD_RING_BYTES, &r) != KERN_SUCCESS)
        return;
    memset(&m, 0, sizeof m);
    m.head.msgh_bits =
        MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
    m.head.msgh_size = sizeof m;
    m.head.msgh_remote_port = r.handle;
    m.head.msgh_id = ANVIL_KEEP;
    m.type = (mach_msg_type_t){.msgt_name = MACH_MSG_TYPE_COPY_SEND,
                               .msgt_size = 64,
                               .msgt_number = 1,
                               .msgt_inline = TRUE};
    m.port = r.handle;
    mach_msg(&m.head, MACH_SEND_MSG, sizeof m, 0, MACH_PORT_NULL, 0,
             MACH_PORT_NULL);
    printf("held\n");
    for (;;)
        usrd_sleep(1000);
}

/* As many as can be had. */
static void fill(void)
{
    struct ring r;
    unsigned n = 0;
    kern_return_t kr;

    usrd_sleep(100); /* until its predecessor's are gone */
    while ((kr = make(PAGE, &r)) == KERN_SUCCESS)
        n++;
    printf("rings=%u of=%s then=%d\n", n, anvil, kr);
    for (;;)
        usrd_sleep(1000);
}

/* For the machine to look at: each page of it has words of its own. */
static void show(void)
{
    struct ring r;

    if (make(USRD_RING_BYTES, &r) != KERN_SUCCESS)
        return;
    wish(&r)->command = ANVIL_NOTHING;
    for (unsigned n = 0; n < USRD_RING_BYTES; n += 4)
        *(volatile unsigned *)(data(&r) + n) = 0xabc00000 + n;
    for (unsigned run = 0;; usrd_sleep(50)) {
        if (run == word(&r)->run)
            continue;
        run = (unsigned)word(&r)->run;
        printf("run=%u physical=0x%lx\n", run,
               (unsigned long)word(&r)->ring[USRD_RING_WORD_PHYSICAL]);
    }
}

/* As fast as it goes, for two seconds: who else is served? */
static void flood(void)
{
    unsigned long until = usrd_now() + 2000000;
    unsigned made = 0;
    struct ring r;

    while (usrd_now() < until)
        made += make(USRD_RING_BYTES, &r) == KERN_SUCCESS &&
                destroy(&r) == KERN_SUCCESS;
    printf("made=%u\n", made);
}

/* These end with a fault. */
static void touch(const char *what)
{
    struct ring r;

    if (make(PAGE, &r) != KERN_SUCCESS)
        return;
    wish(&r)->address = 7;
    printf("mine=%u\n", (unsigned)wish(&r)->address);
    if (strcmp(what, "write") == 0) {
        printf("theirs=%u\n", (unsigned)word(&r)->run);
        word(&r)->run = 1;
    } else { /* another client's, wherever it is */
        volatile char *ring = (volatile char *)USRD_RING_CLIENT_BASE;
        if ((vm_offset_t)ring == r.at)
            ring += USRD_RING_STEP;
        printf("foreign=%d\n", ring[USRD_RING_DATA_AT]);
    }
    printf("no fault\n");
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    usrd_msg_ready(mach_task_self());
    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &doorbell);
    if (argc > 2)
        anvil = argv[2];
    if (strcmp(what, "hold") == 0)
        hold();
    if (strcmp(what, "fill") == 0)
        fill();
    if (strcmp(what, "show") == 0)
        show();
    if (strcmp(what, "flood") == 0)
        flood();
    if (strcmp(what, "write") == 0 || strcmp(what, "foreign") == 0) {
        touch(what);
        return 0;
    }
    ktap_begin();
    if (strcmp(what, "life") == 0)
        life();
    else if (strcmp(what, "ends") == 0)
        ends();
    else if (strcmp(what, "limits") == 0)
        limits();
    else if (strcmp(what, "windows") == 0)
        windows();
    else if (strcmp(what, "memory") == 0)
        memory();
    else if (strcmp(what, "instances") == 0)
        instances();
    else if (strcmp(what, "kept") == 0)
        kept();
    return ktap_end();
}
