/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a task with kdev= may do with the kernel's console and ramdisks.  Reads
 * of a ramdisk and status go on to the kernel with the caller's reply port;
 * console writes go through the log, so that lines do not mix; console reads
 * are waited for here.  Nothing is mapped, and no kernel device is ever closed,
 * because that would close it for everybody. */
#include "kx.h"

#include "mach_port.h"
#include <mach/mig_errors.h>
#include <string.h>

#define READ_MAX 32768 /* bytes at a time that a task may read, */
#define KEYS_MAX 4096  /* and of the console */

static const struct {
    const char *name;
    unsigned bit;
    enum kx_own_port port;
} kdevs[] = {
    {"console", KX_KDEV_CONSOLE, KX_OWN_CONSOLE},
    {"rd0", KX_KDEV_RD(0), KX_OWN_RD0},
    {"rd1", KX_KDEV_RD(1), KX_OWN_RD0 + 1},
    {"rd2", KX_KDEV_RD(2), KX_OWN_RD0 + 2},
    {"rd3", KX_KDEV_RD(3), KX_OWN_RD0 + 3},
};
#define N_KDEVS (sizeof kdevs / sizeof kdevs[0])

unsigned kx_kdev_named(const char *name)
{
    for (unsigned n = 0; n < N_KDEVS; n++)
        if (strcmp(kdevs[n].name, name) == 0)
            return kdevs[n].bit;
    return 0;
}

const char *kx_kdev_name(unsigned kdev)
{
    unsigned n = 0;
    while (n + 1 < N_KDEVS && kdevs[n].bit != kdev)
        n++;
    return kdevs[n].name;
}

static bool alive(mach_port_t right)
{
    mach_port_type_t type = 0;
    return mach_port_type(mach_task_self(), right, &type) == KERN_SUCCESS &&
           (type & MACH_PORT_TYPE_SEND_ONCE);
}

/* The kernel prints on the console, and enters its debugger where it has one,
 * for a request that it cannot answer. */
static bool answerable(const mach_msg_header_t *msg)
{
    return MACH_MSGH_BITS_REMOTE(msg->msgh_bits) ==
               MACH_MSG_TYPE_PORT_SEND_ONCE &&
           alive(msg->msgh_remote_port);
}

/* Send a request on to the kernel's device; the kernel answers the client. */
static void forward(unsigned kdev, mach_msg_header_t *msg)
{
    unsigned n = 0;
    while (n < N_KDEVS && kdevs[n].bit != kdev)
        n++;
    bool simple = !(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX);
    mach_port_t device = kx_open_own(kdevs[n].name, kdevs[n].port);
    if (!simple || device == MACH_PORT_NULL || !answerable(msg)) {
        kx_reply_error(msg, D_NO_SUCH_DEVICE);
        return;
    }
    mach_msg_header_t before = *msg;
    msg->msgh_bits =
        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE);
    msg->msgh_local_port = msg->msgh_remote_port;
    msg->msgh_remote_port = device;
    if (kx_send(msg) != MACH_MSG_SUCCESS)
        kx_reply_error(&before, D_IO_ERROR);
}

/* device_read and device_read_inband. */
struct read {
    mach_msg_header_t head;
    mach_msg_type_t mode_type;
    unsigned mode, pad;
    mach_msg_type_t recnum_type;
    uint64_t recnum;
    mach_msg_type_t bytes_type;
    int bytes;
};

/* ---- the console's ---- */

/* The kernel keeps wired memory for each read until there is input: so there
 * are few, and one whose client died is given to the next that asks. */
static struct waiting {
    int id; /* of the request that the kernel has; 0: none */
    int bytes;
    mach_port_t client; /* right to reply */
} waiting[KX_KEYS];

/* One that the kernel has for nobody, and would do for M; or a new one. */
static struct waiting *place_for(const struct read *m)
{
    struct waiting *free = NULL;
    for (struct waiting *w = waiting; w < waiting + KX_KEYS; w++) {
        if (w->id == m->head.msgh_id && w->bytes <= m->bytes &&
            !alive(w->client))
            return w;
        if (!w->id && !free)
            free = w;
    }
    return free;
}

static kern_return_t port_of(unsigned n)
{
    if (kx_port(KX_P_KEYS, n) != MACH_PORT_NULL)
        return KERN_SUCCESS;
    kern_return_t kr = kx_port_make(KX_P_KEYS, n);
    return kr == KERN_SUCCESS ? kx_port_listen(kx_port(KX_P_KEYS, n)) : kr;
}

static void read_console(mach_msg_header_t *msg)
{
    const struct read *m = (const void *)msg;
    mach_port_t console = kx_open_own("console", KX_OWN_CONSOLE);
    struct waiting *w = answerable(msg) ? place_for(m) : NULL;
    unsigned n = (unsigned)(w - waiting);
    if (m->bytes > KEYS_MAX || !w || port_of(n) != KERN_SUCCESS) {
        kx_reply_error(msg, w ? D_INVALID_SIZE : D_NO_MEMORY);
        return;
    }
    mach_port_t client = msg->msgh_remote_port;
    if (w->id) {
        kx_drop(w->client, MACH_PORT_RIGHT_SEND_ONCE);
        w->client = client;
        msg->msgh_remote_port = MACH_PORT_NULL;
        kx_msg_destroy(msg);
        return;
    }
    *w = (struct waiting){msg->msgh_id, m->bytes, client};
    mach_msg_header_t before = *msg;
    msg->msgh_bits =
        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    msg->msgh_local_port = kx_port(KX_P_KEYS, n);
    msg->msgh_remote_port = console;
    if (kx_send(msg) != MACH_MSG_SUCCESS) {
        w->id = 0;
        kx_reply_error(&before, D_IO_ERROR);
    }
}

/* The kernel has answered read N. */
void kx_keys(unsigned n, mach_msg_header_t *msg)
{
    struct waiting *w = &waiting[n];
    if (!w->id || msg->msgh_id != w->id + 100) {
        kx_msg_destroy(msg);
        return;
    }
    msg->msgh_bits = (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) |
                     MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
    msg->msgh_local_port = MACH_PORT_NULL;
    msg->msgh_remote_port = w->client;
    w->id = 0;
    if (kx_send(msg) != MACH_MSG_SUCCESS)
        kx_msg_destroy(msg);
}

static void read(unsigned kdev, mach_msg_header_t *msg)
{
    const struct read *m = (const void *)msg;
    if (msg->msgh_size != sizeof *m ||
        (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
        !kx_msg_is(&m->mode_type, MACH_MSG_TYPE_INTEGER_32, 32, 1) ||
        !kx_msg_is(&m->recnum_type, MACH_MSG_TYPE_INTEGER_64, 64, 1) ||
        !kx_msg_is(&m->bytes_type, MACH_MSG_TYPE_INTEGER_32, 32, 1))
        kx_reply_error(msg, MIG_BAD_ARGUMENTS);
    else if (m->bytes < 0 || m->bytes > READ_MAX)
        kx_reply_error(msg, D_INVALID_SIZE);
    else if (kdev == KX_KDEV_CONSOLE)
        read_console(msg);
    else
        forward(kdev, msg);
}

/* device_write_inband. */
struct write_inband {
    mach_msg_header_t head;
    mach_msg_type_t mode_type;
    unsigned mode, pad;
    mach_msg_type_t recnum_type;
    uint64_t recnum;
    mach_msg_type_t data_type;
    char data[IO_INBAND_MAX];
};

struct written {
    mach_msg_header_t head;
    mach_msg_type_t result_type;
    int result, pad1;
    mach_msg_type_t count_type;
    int count, pad2;
};

/* The kernel's own check of the number can be made to wrap. */
static bool write_ok(const mach_msg_header_t *msg)
{
    const struct write_inband *m = (const void *)msg;
    unsigned before = sizeof *m - sizeof m->data;
    return msg->msgh_size >= before &&
           !(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) &&
           kx_msg_is(&m->mode_type, MACH_MSG_TYPE_INTEGER_32, 32, 1) &&
           kx_msg_is(&m->recnum_type, MACH_MSG_TYPE_INTEGER_64, 64, 1) &&
           m->data_type.msgt_number <= sizeof m->data &&
           kx_msg_is(&m->data_type, MACH_MSG_TYPE_CHAR, 8,
                     m->data_type.msgt_number) &&
           msg->msgh_size == before + ((m->data_type.msgt_number + 7) & ~7u);
}

static void write_console(mach_msg_header_t *msg)
{
    const struct write_inband *m = (const void *)msg;
    unsigned n = m->data_type.msgt_number;
    kx_console_write(m->data, n);
    struct written reply = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = sizeof reply,
                .msgh_remote_port = msg->msgh_remote_port,
                .msgh_id = msg->msgh_id + 100,
            },
        .result_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                        .msgt_size = 32,
                        .msgt_number = 1,
                        .msgt_inline = TRUE},
        .count_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                       .msgt_size = 32,
                       .msgt_number = 1,
                       .msgt_inline = TRUE},
        .count = (int)n,
    };
    if (MACH_MSGH_BITS_REMOTE(msg->msgh_bits) == MACH_MSG_TYPE_PORT_SEND_ONCE &&
        kx_send(&reply.head) == MACH_MSG_SUCCESS)
        msg->msgh_remote_port = MACH_PORT_NULL;
    kx_msg_destroy(msg);
}

void kx_kdev_message(struct kx_handle *h, mach_msg_header_t *msg)
{
    switch (msg->msgh_id) {
    case 2803: /* device_write_inband */
        if (!write_ok(msg))
            kx_reply_error(msg, MIG_BAD_ARGUMENTS);
        else if (h->kdev == KX_KDEV_CONSOLE)
            write_console(msg);
        else
            forward(h->kdev, msg);
        break;
    case 2804: /* device_read */
    case 2805: /* device_read_inband */
        read(h->kdev, msg);
        break;
    case 2811: /* device_get_status */
        forward(h->kdev, msg);
        break;
    default:
        kx_reply_error(msg, D_INVALID_OPERATION);
    }
}
