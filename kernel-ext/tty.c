/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The kernel's own devices: the log's way to the console, and what a task with
 * kdev= may do with the console and the ramdisks.  Reads and status go on to
 * the kernel with the caller's reply port; console writes go through the log,
 * so that lines do not mix; nothing is mapped, and no kernel device is ever
 * closed, because that would close it for everybody. */
#include "kx.h"

#include "device.h"
#include "mach_port.h"
#include <mach/mig_errors.h>
#include <string.h>

#include "device_request.h"

#define READ_MAX 32768 /* bytes at a time that a task may read */

static bool writing; /* one asynchronous write is out */

/* Our port of the kernel's device NAME, opened at the first call. */
mach_port_t kx_open_own(const char *name, enum kx_own_port as)
{
    mach_port_t port;
    if (KX_OWN(as) == MACH_PORT_NULL &&
        device_open(KX_OWN(KX_OWN_MASTER), D_READ | D_WRITE,
                    (char *)(uintptr_t)name, &port) == KERN_SUCCESS)
        kx_port_is(KX_P_OWN, as, port);
    return KX_OWN(as);
}

void kx_tty_init(void)
{
    kx_open_own("console", KX_OWN_CONSOLE);
    kx_port_make(KX_P_OWN, KX_OWN_TTY_REPLY);
    kx_port_make_send(KX_OWN(KX_OWN_TTY_REPLY));
    kx_port_listen(KX_OWN(KX_OWN_TTY_REPLY));
}

/* ---- the log's way out ---- */

void kx_tty_pump(void)
{
    const char *bytes;
    size_t n;
    if (writing || (n = kx_log_peek(&bytes)) == 0)
        return;
    if (n > IO_INBAND_MAX)
        n = IO_INBAND_MAX;
    writing = device_write_request_inband(KX_OWN(KX_OWN_CONSOLE),
                                          KX_OWN(KX_OWN_TTY_REPLY), 0, 0, bytes,
                                          (unsigned)n) == KERN_SUCCESS;
}

/* device_write_reply_inband: how much of it was written. */
struct written {
    mach_msg_header_t head;
    mach_msg_type_t result_type;
    int result, pad1;
    mach_msg_type_t count_type;
    int count, pad2;
};

void kx_tty_reply(mach_msg_header_t *msg)
{
    const struct written *m = (const void *)msg;
    const char *bytes;
    size_t n = kx_log_peek(&bytes);
    if (msg->msgh_id == 2903 && msg->msgh_size == sizeof *m &&
        m->result == KERN_SUCCESS && m->count >= 0 && (size_t)m->count <= n)
        n = (size_t)m->count;
    else if (n > IO_INBAND_MAX)
        n = IO_INBAND_MAX; /* lost: better than to repeat it for ever */
    writing = false;
    kx_log_take(n);
    kx_msg_destroy(msg);
}

void kx_tty_flush(uint64_t until)
{
    union {
        mach_msg_header_t head;
        char room[128];
    } in;
    const char *bytes;
    while ((writing || kx_log_peek(&bytes) > 0) && kx_now() < until) {
        kx_tty_pump();
        if (mach_msg(&in.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof in,
                     KX_OWN(KX_OWN_TTY_REPLY), 100,
                     MACH_PORT_NULL) == MACH_MSG_SUCCESS)
            kx_tty_reply(&in.head);
    }
}

/* ---- for tasks with kdev= ---- */

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

/* The kernel prints on the console, and enters its debugger where it has one,
 * for a request that it cannot answer. */
static bool answerable(const mach_msg_header_t *msg)
{
    mach_port_type_t type = 0;
    return MACH_MSGH_BITS_REMOTE(msg->msgh_bits) ==
               MACH_MSG_TYPE_PORT_SEND_ONCE &&
           mach_port_type(mach_task_self(), msg->msgh_remote_port, &type) ==
               KERN_SUCCESS &&
           (type & MACH_PORT_TYPE_SEND_ONCE);
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

/* The kernel takes wired memory for as much as was asked for, while we wait,
 * and keeps it until there is input. */
static void read(unsigned kdev, mach_msg_header_t *msg)
{
    const struct read *m = (const void *)msg;
    if (msg->msgh_size != sizeof *m || m->bytes < 0 || m->bytes > READ_MAX)
        kx_reply_error(msg, D_INVALID_SIZE);
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

static void console_write(mach_msg_header_t *msg)
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
            console_write(msg);
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
