/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The log's way to the kernel's console. */
#include "kx.h"

#include "device.h"
#include "mach_port.h"
#include <mach/mig_errors.h>
#include <string.h>

#include "device_request.h"

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
