/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupt lines.  kernel-ext receives each line on a port of its own,
 * registered once and never let go: the kernel masks a line until its port
 * acknowledges, and a dead port would leave it masked or storming.  A driver
 * is told by its service port, and the line is acknowledged when it is done,
 * or when its next incarnation registers.  Lines that PCI functions use are
 * acknowledged at once: intx.c.  With irq-rate= either is let through no more
 * often than that. */
#include "kx.h"

#include <device/userspace_driver_types.h>
#include "mach_port.h"
#include "pci.h"
#include <mach/mig_support.h>

/* A driver that was told and does not answer holds its line this long. */
#define LINE_TIME 2000000

static struct line {
    bool registered;
    unsigned outstanding;  /* interrupts not acknowledged */
    uint64_t since;        /* the oldest of them */
    bool told;             /* that it stands and nobody is there for it */
    uint64_t due;          /* it may be let through then; 0: it waits for the
                              driver, or for nothing */
    struct kx_task *owner; /* whose incarnation asked last */
} lines[KX_LINES];

static uint64_t next_due = KX_NEVER; /* not later than the earliest */

/* device_intr_register and device_intr_ack with a MAKE_SEND disposition, so
 * that we need not keep a send right to the line's port. */
struct call {
    mach_msg_header_t head;
    mach_msg_type_t id_type;
    int id, pad1;
    mach_msg_type_t flags_type;
    int flags, pad2;
    mach_msg_type_t port_type;
    uint64_t port;
};
struct ack {
    mach_msg_header_t head;
    mach_msg_type_t port_type;
    uint64_t port;
};
struct answer {
    mach_msg_header_t head;
    mach_msg_type_t type;
    kern_return_t result;
    char trailer[32];
};

static const mach_msg_type_t integer = {
    .msgt_name = MACH_MSG_TYPE_INTEGER_32,
    .msgt_size = 32,
    .msgt_number = 1,
    .msgt_inline = TRUE,
};
static const mach_msg_type_t make_send = {
    .msgt_name = MACH_MSG_TYPE_MAKE_SEND,
    .msgt_size = 64,
    .msgt_number = 1,
    .msgt_inline = TRUE,
};

static kern_return_t call(mach_msg_header_t *msg, int id, unsigned size)
{
    struct answer *answer = (struct answer *)msg;
    msg->msgh_bits =
        MACH_MSGH_BITS_COMPLEX |
        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    msg->msgh_size = size;
    msg->msgh_remote_port = KX_OWN(KX_OWN_IRQ);
    msg->msgh_local_port = mig_get_reply_port();
    msg->msgh_id = id;
    kern_return_t kr =
        mach_msg(msg, MACH_SEND_MSG | MACH_RCV_MSG, size, sizeof(struct call),
                 msg->msgh_local_port, 0, MACH_PORT_NULL);
    return kr == MACH_MSG_SUCCESS ? answer->result : kr;
}

static kern_return_t kernel_register(unsigned line)
{
    kern_return_t kr = KERN_FAILURE;
    if (kx_open_own("irq", KX_OWN_IRQ) != MACH_PORT_NULL)
        kr = kx_port_make(KX_P_LINE, line);
    struct call m = {
        .id_type = integer,
        .id = (int)line,
        .flags_type = integer,
        .port_type = make_send,
        .port = kx_port(KX_P_LINE, line),
    };
    if (kr != KERN_SUCCESS)
        return kr;
    kx_port_listen(kx_port(KX_P_LINE, line));
    return call(&m.head, 2813, sizeof m);
}

/* Whatever the kernel would answer, there is nothing to be done about it: so no
 * answer, which is a third of such a call. */
static void compose_ack(struct ack *m, unsigned line)
{
    *m = (struct ack){
        .head = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
                              MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
                 .msgh_size = sizeof *m,
                 .msgh_remote_port = KX_OWN(KX_OWN_IRQ),
                 .msgh_id = 2814},
        .port_type = make_send,
        .port = kx_port(KX_P_LINE, line),
    };
}

static void acknowledge(unsigned line)
{
    struct ack m;
    compose_ack(&m, line);
    mach_msg(&m.head, MACH_SEND_MSG, sizeof m, 0, MACH_PORT_NULL, 0,
             MACH_PORT_NULL);
}

/* One that is sent when the main loop waits: two calls in one. */
static unsigned acked_next; /* 1 + line, or 0 */

unsigned kx_line_ack(mach_msg_header_t *msg)
{
    if (!acked_next)
        return 0;
    compose_ack((struct ack *)msg, acked_next - 1);
    acked_next = 0;
    return sizeof(struct ack);
}

/* What stands is let through once; a line that is asserted again at once
 * stands again, and waits. */
static void acknowledge_all(unsigned line)
{
    unsigned n = lines[line].outstanding;
    lines[line].outstanding = 0;
    lines[line].due = 0;
    while (n-- > 0)
        acknowledge(line);
}

void kx_lines_look(uint64_t due)
{
    if (due < next_due) {
        next_due = due;
        kx_timer_at(due);
    }
}

uint64_t kx_line_due(struct kx_incarnation *i)
{
    uint32_t rate = i->limits[KX_LIMIT_IRQ_RATE];
    if (!rate || !KX_HOLDS(IRQ_RATE))
        return 0;
    uint64_t now = kx_now(), due = kx_rate_take(&i->task->irq_rate, rate, now);
    if (due <= now)
        return 0;
    kx_lines_look(due);
    return due;
}

/* The driver is done with it: now, or as soon as irq-rate= allows the next. */
static void let_through(struct line *l, unsigned line)
{
    if (l->outstanding && !l->due)
        l->due = kx_line_due(l->owner->current);
    if (!l->due)
        acknowledge_all(line);
}

static bool attended(const struct line *l, unsigned line)
{
    const struct kx_task *t = l->owner;
    return t && t->current && t->current->phase == KX_ALIVE &&
           (t->current->lines & 1u << line);
}

/* A PCI function uses it. */
static bool shared(unsigned line)
{
    return kx_machine.pci_lines >> line & 1;
}

void kx_line_interrupt(unsigned line)
{
    struct line *l = &lines[line];
    if (shared(line) && kx_intx_interrupt(line)) {
        acked_next = line + 1;
        return;
    }
    if (l->outstanding++ == 0)
        l->since = kx_now();
    if (attended(l, line)) {
        l->owner->current->interrupts++;
        kx_service_interrupt(l->owner, line);
    }
}

kern_return_t kx_line_register(struct kx_incarnation *i, unsigned line)
{
    if (line >= KX_LINES ||
        (KX_HOLDS(LINES) && !kx_line_granted(i->task, line))) {
        kx_deny(i, "irq line=%u", line);
        return KERN_PROTECTION_FAILURE;
    }
    if (!(i->caps & USRD_CAP_INTERRUPT)) { /* granted, but not declared */
        kx_deny(i, "capability name=interrupt line=%u", line);
        return KERN_PROTECTION_FAILURE;
    }
    struct line *l = &lines[line];
    if (!l->registered) {
        if (kx_line_kernels(line, &kx_machine))
            return KERN_PROTECTION_FAILURE;
        kern_return_t kr = kernel_register(line);
        if (kr != KERN_SUCCESS)
            return kr;
        l->registered = true;
    }
    i->lines |= (uint16_t)(1u << line);
    if (shared(line)) {
        kx_intx_begin(i, line);
        acknowledge_all(line);
    } else {
        l->owner = i->task;
        let_through(l, line);
    }
    return KERN_SUCCESS;
}

void kx_line_done(struct kx_incarnation *i, unsigned line)
{
    if (line >= KX_LINES || !(i->lines & 1u << line)) {
        kx_deny(i, "irq line=%u", line);
        return;
    }
    if (shared(line))
        kx_intx_done(i, line);
    else
        let_through(&lines[line], line);
}

uint64_t kx_lines_due(uint64_t now)
{
    if (now < next_due)
        return next_due;
    next_due = kx_intx_due(now);
    for (unsigned n = 0; n < KX_LINES; n++) {
        if (lines[n].due && lines[n].due <= now)
            acknowledge_all(n);
        if (lines[n].due && lines[n].due < next_due)
            next_due = lines[n].due;
    }
    return next_due;
}

void kx_lines_release(struct kx_incarnation *i)
{
    i->lines = 0;
}

void kx_lines_excuse(uint64_t late, uint64_t now)
{
    for (unsigned n = 0; n < KX_LINES; n++)
        lines[n].since = kx_later(lines[n].since, late, now);
    kx_intx_excuse(late, now);
}

/* A driver was held back, and could not answer meanwhile. */
void kx_lines_held(const struct kx_task *t, uint64_t held, uint64_t now)
{
    for (unsigned n = 0; n < KX_LINES; n++)
        if (lines[n].owner == t)
            lines[n].since = kx_later(lines[n].since, held, now);
}

/* An interrupt that stands: the driver did not say that it was done, or there
 * is none, and the line stays masked until there is. */
void kx_lines_tick(uint64_t now)
{
    kx_intx_tick(now);
    for (unsigned n = 0; n < KX_LINES; n++) {
        struct line *l = &lines[n];
        if (!l->outstanding || l->due || now - l->since < LINE_TIME) {
            l->told = false;
        } else if (attended(l, n)) {
            if (kx_throttled(l->owner))
                continue;
            kx_kill(l->owner->current, KX_CAUSE_IRQ, 0);
        } else if (!l->told) {
            kx_log('W', NULL, 0, "line-stuck", "line=%u", n);
            l->told = true;
        }
    }
}
