/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Send a message, and look at what comes back.  Who gave a right to reply
 * that can be used gets one answer: an error, or success where the form of
 * the message is one that its routine takes.  Where the message was longer
 * than the receiver's buffer the kernel has destroyed it, and says so
 * (MACH_NOTIFY_SEND_ONCE; MIG's callers return MIG_SERVER_DIED). */
#include "fuzz.h"

#include "mach_port.h"
#include "userspace_driver.h"
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <string.h>

#define PATIENCE 2000 /* ms */
/* What the receivers have room for. */
#define KERNEL_EXT_LONGEST 8192
#define DRIVER_LONGEST 4352

struct counts counts;

static bool well_formed(union message *m)
{
    mig_reply_header_t *r = (mig_reply_header_t *)m;
    unsigned at = sizeof *r, size = m->head.msgh_size;
    mach_msg_type_t code = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                            .msgt_size = 32,
                            .msgt_number = 1,
                            .msgt_inline = TRUE};

    if (size < sizeof *r || memcmp(&r->RetCodeType, &code, sizeof code) != 0)
        return false;
    while (at + 8 <= size) {
        const mach_msg_type_t *t = item_at(m, at);
        uint64_t bytes = ((uint64_t)t->msgt_number * t->msgt_size + 7) / 8;
        if (bytes > FUZZ_LONGEST && t->msgt_inline)
            return false;
        at += 8 + (t->msgt_inline ? (unsigned)(bytes + 7) & ~7u : 8);
    }
    return at == size;
}

/* Give back what a call made. */
void clean_up(union message *m, union message *answer)
{
    struct {
        mig_reply_header_t head;
        mach_msg_type_t type;
        uint64_t value;
        mach_msg_type_t address_type; /* of a ring */
        uint64_t address;
    } *a = (void *)answer;
    uint64_t size;

    switch (m->head.msgh_id) {
    case 2021: /* vm_allocate, vm_map */
    case 2089:
        memcpy(&size, m->bytes + 56, sizeof size);
        vm_deallocate(mach_task_self(), a->value, size);
        break;
    case 4826:
        usrd_msg_ring_destroy(mach_task_self(), a->address);
        break;
    case 3204: /* mach_port_allocate */
        mach_port_destroy(mach_task_self(), (mach_port_t)a->value);
        break;
    }
}

static bool closed(mach_port_t device)
{
    mach_port_type_t type = 0;

    mach_port_type(mach_task_self(), device, &type);
    return type & MACH_PORT_TYPE_DEAD_NAME;
}

static void answered(union message *m, union message *answer)
{
    mig_reply_header_t *r = (mig_reply_header_t *)answer;
    int id = m->head.msgh_id;

    if (r->Head.msgh_id == MACH_NOTIFY_SEND_ONCE) {
        counts.died++;
        if (closed(m->head.msgh_remote_port))
            return; /* by a message before this one */
        if (m->head.msgh_size <= DRIVER_LONGEST ||
            (m->head.msgh_remote_port == mach_task_self() &&
             m->head.msgh_size <= KERNEL_EXT_LONGEST))
            fail("id=%d size=%u: not answered", id, m->head.msgh_size);
    } else if ((unsigned)r->Head.msgh_id != (unsigned)id + 100 ||
               !well_formed(answer)) {
        fail("id=%d: malformed answer %d of %u bytes", id, r->Head.msgh_id,
             r->Head.msgh_size);
    } else if (r->RetCode != KERN_SUCCESS) {
        counts.errors++;
    } else {
        counts.done++;
        if (!seed_has_form_of(m))
            fail("id=%d size=%u: malformed and done", id, m->head.msgh_size);
        clean_up(m, answer);
    }
    mach_msg_destroy(&answer->head);
}

/* Make anew what was given away or, where it MAY have been done, changed. */
static void renew(union message *m, bool may)
{
    unsigned offsets[ITEMS_MAX], id = (unsigned)m->head.msgh_id;
    unsigned n =
        m->head.msgh_bits & MACH_MSGH_BITS_COMPLEX ? find_items(m, offsets) : 0;
    bool ports = may && id >= 3200 && id <= 3220;
    bool pages = may && (id == 2089 || (id >= 2021 && id <= 2025));

    for (unsigned i = 0; i < n; i++) {
        const mach_msg_type_t *t = item_at(m, offsets[i]);
        ports |= t->msgt_name == MACH_MSG_TYPE_MOVE_RECEIVE;
        pages |= t->msgt_deallocate;
    }
    if (id == 2801) /* device_close */
        pool_reopen(m->head.msgh_remote_port);
    if (ports)
        pool_renew_ports();
    if (pages)
        pool_renew_memory();
}

/* The next answer, or a notification; false if there is none in time. */
static bool receive(union message *answer, unsigned ms)
{
    return mach_msg(&answer->head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
                    sizeof *answer, reply_port, ms,
                    MACH_PORT_NULL) == MACH_MSG_SUCCESS;
}

/* Nobody types: a read of the console is not answered, unless with an error. */
static bool waits(union message *m)
{
    return target_port[TO_CONSOLE] &&
           m->head.msgh_remote_port == target_port[TO_CONSOLE] &&
           (m->head.msgh_id == 2804 || m->head.msgh_id == 2805) &&
           seed_has_form_of(m);
}

void judge(union message *m)
{
    static union message answer;
    unsigned before = counts.done + counts.silent;
    mach_msg_return_t mr =
        mach_msg(&m->head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, m->head.msgh_size,
                 0, MACH_PORT_NULL, PATIENCE, MACH_PORT_NULL);

    if (mr == MACH_SEND_TIMED_OUT)
        fail("id=%d: its receiver takes nothing", m->head.msgh_id);
    if (mr != MACH_MSG_SUCCESS) {
        counts.refused++;    /* by the kernel: nobody got it, */
        receive(&answer, 0); /* and its right to reply is gone */
    } else {
        counts.sent++;
        if (!wants_answer(m))
            counts.silent++;
        else if (receive(&answer, waits(m) ? 0 : PATIENCE))
            answered(m, &answer);
        else if (waits(m))
            counts.silent++;
        else
            fail("to=%x id=%d size=%u bits=%x: no answer",
                 m->head.msgh_remote_port, m->head.msgh_id, m->head.msgh_size,
                 m->head.msgh_bits);
    }
    renew(m, counts.done + counts.silent > before);
}
