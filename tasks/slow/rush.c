/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * slow's client; the README has its words. */
#include <device/device_request.h>
#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <mach/notify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <usrd/client.h>

#include "slow.h"

static mach_port_t slow;

static kern_return_t write_ms(unsigned number, recnum_t ms)
{
    struct slow_data data = {number};
    size_t written;

    return usrd_write(slow, 0, ms, &data, sizeof data, &written);
}

/* N writes of MS each, one after the other. */
static int writes(unsigned n, unsigned ms)
{
    unsigned good = 0;
    unsigned long began = usrd_now();

    usrd_set_timeout(0);
    for (unsigned k = 1; k <= n; k++)
        good += write_ms(k, ms) == KERN_SUCCESS;
    printf("answered=%u of %u in %lums\n", good, n,
           (usrd_now() - began) / 1000);
    return good < n;
}

/* A request as MIG's stub makes it, but one that does not wait for room. */
struct request {
    mach_msg_header_t head;
    mach_msg_type_t mode_type;
    int mode, pad1;
    mach_msg_type_t recnum_type;
    recnum_t recnum;
    mach_msg_type_t data_type;
    struct slow_data data;
    char pad2[4];
};

static kern_return_t request(unsigned number, recnum_t ms, mach_port_t reply,
                             unsigned timeout)
{
    mach_msg_type_t integer = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                               .msgt_size = 32,
                               .msgt_number = 1,
                               .msgt_inline = TRUE};
    struct request m = {
        .head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                             MACH_MSG_TYPE_MAKE_SEND_ONCE),
                 .msgh_size = sizeof m,
                 .msgh_remote_port = slow,
                 .msgh_local_port = reply,
                 .msgh_id = 2803},
        .mode_type = integer,
        .recnum_type = integer,
        .recnum = ms,
        .data_type = integer,
        .data = {number},
    };

    m.recnum_type.msgt_name = MACH_MSG_TYPE_INTEGER_64;
    m.recnum_type.msgt_size = 64;
    m.data_type.msgt_name = MACH_MSG_TYPE_CHAR;
    m.data_type.msgt_size = 8;
    m.data_type.msgt_number = sizeof m.data;
    return mach_msg(&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
                    MACH_PORT_NULL, timeout, MACH_PORT_NULL);
}

/* The next answer's id, 0 when none comes in MS. */
static int answer(mach_port_t reply, unsigned ms)
{
    union {
        mach_msg_header_t head;
        char bytes[256];
    } m;

    return mach_msg(&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
                    reply, ms, MACH_PORT_NULL) == MACH_MSG_SUCCESS
               ? m.head.msgh_id
               : 0;
}

/* N requests of MS each at once, without waiting for room; then a call that
 * waits a little. */
static int flood(unsigned n, unsigned ms)
{
    mach_port_t reply = mach_reply_port();
    unsigned sent = 0, answered = 0;

    for (unsigned k = 1; k <= n; k++) {
        sent += request(sent + 1, ms, reply, 0) == MACH_MSG_SUCCESS;
        usrd_sleep(10); /* for slow to take it, if it may */
    }
    usrd_set_timeout(100);
    kern_return_t kr = write_ms(sent + 1, 0);
    while (answer(reply, 5000) == 2903)
        answered++;
    printf("sent=%u refused=%u answered=%u\n", sent, n - sent, answered);
    printf("a call of 100 ms: %s\n", usrd_error_text(kr));
    return answered != sent;
}

/* Reads and writes of SIZE bytes, in turn. */
static int rate(size_t size, unsigned seconds)
{
    static char data[1 << 18];
    unsigned long began, took, bytes = 0;
    size_t n = 0;

    usrd_set_timeout(0);
    usrd_read(slow, 0, 0, data, size, &n); /* what was not used is used up */
    usrd_read(slow, 0, 0, data, size, &n);
    began = usrd_now();
    while ((took = usrd_now() - began) < seconds * 1000000ul) {
        if (usrd_read(slow, 0, 0, data, size, &n) != KERN_SUCCESS)
            return 1;
        bytes += n;
        if (usrd_write(slow, 0, 0, data, size, &n) != KERN_SUCCESS)
            return 1;
        bytes += n;
    }
    printf("%lu bytes in %lums are %lu KB/s\n", bytes, took / 1000,
           bytes * 1000 / 1024 * 1000 / took);
    return 0;
}

static const struct offence {
    const char *name;
    recnum_t recnum;
    int read;
} offences[] = {
    {"forget", SLOW_FORGET, 0}, {"spin", SLOW_SPIN, 0}, {"lie", SLOW_LIE, 0},
    {"claim", SLOW_CLAIM, 0},   {"wait", SLOW_WAIT, 1}, {NULL, 0, 0},
};

/* One of them, and a request that waits behind it, or comes after it if it was
 * ALONE; what came of both. */
static int offend(const char *name, unsigned seconds, int alone)
{
    const struct offence *o = offences;
    mach_port_t reply = mach_reply_port(), behind = mach_reply_port();

    while (o->name && strcmp(o->name, name) != 0)
        o++;
    if (!o->name)
        return 1;
    if (o->read)
        device_read_request_inband(slow, reply, 0, o->recnum, 16);
    else
        request(1, o->recnum, reply, 0);
    usrd_sleep(20);
    if (!alone)
        request(1, 0, behind, 0);
    int id = answer(reply, seconds * 1000);
    if (alone)
        request(1, 0, behind, 0);
    printf("%s: %s\n", name,
           id == 0                       ? "no answer"
           : id == MACH_NOTIFY_SEND_ONCE ? "its server died"
                                         : "answered");
    int next = answer(behind, 1000), incarnation = 0;
    natural_t one = 1;
    if (next)
        usrd_get_status(slow, SLOW_INCARNATION, &incarnation, &one);
    printf("behind it: %s %d\n", next == 2903 ? "answered by" : "no answer",
           incarnation);
    return 0;
}

static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    kern_return_t kr = usrd_open("slow", D_READ | D_WRITE, &slow);

    if (argc < 4 || kr != KERN_SUCCESS) {
        printf("open: %s\n", usrd_error_text(kr));
        return 1;
    }
    if (strcmp(argv[1], "writes") == 0)
        return writes(number(argv[2]), number(argv[3]));
    if (strcmp(argv[1], "flood") == 0)
        return flood(number(argv[2]), number(argv[3]));
    if (strcmp(argv[1], "rate") == 0)
        return rate(number(argv[2]), number(argv[3]));
    return offend(argv[2], number(argv[3]), argc > 4);
}
