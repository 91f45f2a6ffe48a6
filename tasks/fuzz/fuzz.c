/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Malformed messages to kernel-ext, to drivers and to what kernel-ext passes
 * on to the kernel: fuzz WHAT COUNT SEED.
 *
 * WHAT is control, handles or both; COUNT messages that arrived, then one line
 * with the counts, and a message that is its end.  The numbers follow from SEED and
 * the incarnation alone.  kernel-ext ends a task after 10,000 denials: for
 * more messages, let it be restarted.
 */
#include "fuzz.h"

#include <device/userspace_driver_sdk.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>

#define BATCH 500
#define FAILURES_SHOWN 10

bool operator_;
static uint64_t state;
static unsigned failures;

static uint32_t random_(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

uint32_t below(uint32_t n)
{
    return n ? random_() % n : 0;
}

uint32_t number(void)
{
    static const uint32_t odd[] = {
        0,          1,          2,          7,          8,          9,
        16,         31,         32,         33,         63,         64,
        65,         127,        128,        129,        255,        256,
        1023,       1024,       1025,       4096,       8192,       65535,
        0x10000000, 0x1fffffff, 0x20000000, 0x3fffffff, 0x40000000, 0x7fffffff,
        0x80000000, 0x80000001, 0xc0000000, 0xfffffff8, 0xfffffffe, 0xffffffff};

    return once_in(4) ? random_() : odd[below(sizeof odd / sizeof *odd)];
}

void fail(const char *format, ...)
{
    char text[100];
    va_list args;

    if (++failures > FAILURES_SHOWN)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("not ok after %u: %s\n", counts.sent, text);
}

static enum target choose(bool control, bool handles)
{
    for (;;) {
        enum target t = below(TARGETS);
        if (!target_port[t] || (t == TO_CONTROL ? !control : !handles))
            continue;
        return t;
    }
}

/* Mostly what is meant for it. */
static enum kind kind_for(enum target to)
{
    if (once_in(10))
        return below(KINDS);
    if (to != TO_CONTROL)
        return FOR_HANDLE;
    return below(3); /* control, operator, kernel */
}

static void one(bool control, bool handles)
{
    static union message m;
    enum target to = choose(control, handles);

    seed_take(&m, kind_for(to));
    m.head.msgh_bits =
        (m.head.msgh_bits & MACH_MSGH_BITS_COMPLEX) |
        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    m.head.msgh_remote_port = target_port[to];
    m.head.msgh_local_port = reply_port;
    m.head.msgh_seqno = 0;
    mutate(&m);
    defuse(&m, to);
    judge(&m);
}

static bool is_operator(void)
{
    usrd_name_t name, cause;
    usrd_info_t info;
    mach_msg_type_number_t n = sizeof info / sizeof *info;

    return usrd_op_status(mach_task_self(), 0, name, cause, info, &n) ==
           KERN_SUCCESS;
}

/* Whatever these say, their sender is to blame, and goes. */
static void end(void)
{
    static union message m;
    static const int ids[] = {2008, 2016, 2400, 4808, 72};
    unsigned n = usrd_incarnation() % 5;

    memset(&m, 0, sizeof m);
    m.head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
    m.head.msgh_remote_port = mach_task_self();
    m.head.msgh_id = ids[n];
    m.head.msgh_size = sizeof m.head + 8 * below(100);
    if (ids[n] == 4808) {
        seed_take_id(&m, 4808);
        m.head.msgh_remote_port = mach_task_self();
    } else if (ids[n] == 2400) {
        m.head.msgh_size = 112;
    } else if (ids[n] == 72) { /* more rights than anybody has use for */
        m.head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
        m.head.msgh_size = sizeof m.head + 8 + 8 * 300;
        *item_at(&m, sizeof m.head) =
            (mach_msg_type_t){.msgt_name = MACH_MSG_TYPE_COPY_SEND,
                              .msgt_size = 64,
                              .msgt_number = 300,
                              .msgt_inline = TRUE};
    }
    mach_msg(&m.head, MACH_SEND_MSG, m.head.msgh_size, 0, MACH_PORT_NULL, 0,
             MACH_PORT_NULL);
    usrd_sleep(1000);
    printf("not ok: it survived message %d\n", ids[n]);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "both";
    unsigned count = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000;
    uint64_t seed = argc > 3 ? strtoul(argv[3], NULL, 0) : 1;
    unsigned names = 0;

    state = (seed << 32 | usrd_incarnation()) * 0x9e3779b97f4a7c15u;
    usrd_msg_ready(mach_task_self());
    operator_ = is_operator();
    pool_make();
    seeds_make();
    pool_open();
    still_works();
    names = pool_names();
    while (counts.sent < count) {
        for (unsigned n = 0; n < BATCH && counts.sent < count; n++)
            one(strcmp(what, "handles") != 0, strcmp(what, "control") != 0);
        pool_renew();   /* an opened handle may wait in one of our queues, */
        usrd_sleep(20); /* and its driver hears of its end a little later */
        still_works();
        pool_renew();
        if (pool_names() != names) {
            fail("%u port names, not %u", pool_names(), names);
            names = pool_names();
        }
    }
    printf("sent=%u bad=%u errors=%u done=%u silent=%u died=%u refused=%u\n",
           counts.sent, failures, counts.errors, counts.done, counts.silent,
           counts.died, counts.refused);
    end();
    return 1;
}
