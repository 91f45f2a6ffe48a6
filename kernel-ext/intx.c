/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupts of PCI functions.  A line may be several functions', so no driver
 * may hold it: the functions that assert it are made to stop one by one, the
 * line is acknowledged at once, and the drivers are told.
 *
 * A function is switched off (PCI 3.0 §6.2.2, Interrupt Disable) until its
 * driver's "done".  One whose driver has named a register that quiets it is
 * read instead (quiet.c), and goes on without a "done", until its driver lets
 * too many messages lie or irq-rate= is reached: then it is switched off, too.
 * So is one that asserts the line whatever its register says. */
#include "pci.h"
#include "pci_regs.h"

#include "mach_port.h"

/* Interrupts in a row that none of the functions owns up to. */
#define UNCLAIMED_MAX 100
/* A driver that was told and does not answer is not let be longer. */
#define DONE_TIME 2000000
/* Messages that a driver may be sent without a look at how many of them it has
 * read, and that may lie; its queue has room for 16. */
#define UNREAD_LOOK 8
#define UNREAD_MAX 4

static struct {
    bool wanted;     /* its driver registered for the line */
    uint64_t since;  /* off; the driver was told; 0: it need not answer */
    uint64_t due;    /* off; irq-rate=: when it is switched on again, or 0 */
    bool untold;     /* its driver's queue was full; off */
    unsigned unread; /* at most so many messages of it lie, but for others */
    uint32_t status; /* what was read, and not yet sent */
} functions[KX_MAX_FUNCTIONS];
static unsigned unclaimed[KX_LINES];

static bool on_line(unsigned n, unsigned line)
{
    return kx_functions[n].pin && kx_functions[n].line == line;
}

static void switch_intx(unsigned n, bool on)
{
    uint16_t at = kx_functions[n].at;
    uint32_t command = kx_config_read(at, COMMAND, 2);
    kx_config_write(at, COMMAND, 2,
                    on ? command & ~COMMAND_NO_INTX
                       : command | COMMAND_NO_INTX);
}

static bool asserts(unsigned n)
{
    uint16_t at = kx_functions[n].at;
    return (kx_config_read(at, STATUS, 2) & STATUS_INTX) &&
           !(kx_config_read(at, COMMAND, 2) & COMMAND_NO_INTX);
}

static struct kx_incarnation *driver(unsigned n)
{
    int owner = kx_functions[n].owner - KX_OWNER_TASK;
    struct kx_incarnation *i = owner < 0 ? NULL : kx_tasks[owner].current;
    return i && i->phase == KX_ALIVE && functions[n].wanted ? i : NULL;
}

void kx_intx_off(unsigned function)
{
    functions[function].wanted = functions[function].untold = false;
    functions[function].since = functions[function].due = 0;
    functions[function].status = functions[function].unread = 0;
    kx_quiet_forget(function);
    switch_intx(function, false);
}

/* Off until the driver's "done". */
static void stop(unsigned n)
{
    switch_intx(n, false);
    functions[n].since = kx_now();
}

/* Tell its driver; if that named a register, what it said, or would not say.
 * While the driver's queue is full the function is off, and all of that is kept
 * until the clock's next tick, or the one after. */
static void tell(unsigned n, struct kx_incarnation *i, bool named)
{
    unsigned line = kx_functions[n].line;
    bool told =
        named ? kx_service_interrupt_status(i->task, line, functions[n].status,
                                            functions[n].since)
              : kx_service_interrupt(i->task, line);
    functions[n].untold = !told;
    if (told) {
        functions[n].status = 0;
        return;
    }
    if (!functions[n].since)
        stop(n);
    kx_lines_look(kx_now() + KX_TICK);
}

/* Asked of the kernel once in so many interrupts. */
static bool reads_on(unsigned n, struct kx_incarnation *i)
{
    mach_port_status_t status;
    if (++functions[n].unread < UNREAD_LOOK)
        return true;
    if (mach_port_get_receive_status(kx_port(KX_P_TASK, kx_slot(i)),
                                     USRD_PORT_SERVICE,
                                     &status) != KERN_SUCCESS)
        return false;
    functions[n].unread = status.mps_msgcount;
    return !KX_HOLDS(UNREAD) || status.mps_msgcount < UNREAD_MAX;
}

/* Is it on, with a driver that named a register? */
static bool is_quiet(unsigned n)
{
    return kx_quiet_there(n) && !functions[n].since && !functions[n].due &&
           driver(n);
}

/* Does it own up to the interrupt?  Then it is quiet now, and forgotten. */
static bool was_read(unsigned n)
{
    uint32_t value = kx_quiet_read(n);
    struct kx_incarnation *i = driver(n);
    if (!value)
        return false;
    functions[n].status |= value;
    i->interrupts++;
    if (!reads_on(n, i))
        stop(n);
    else if ((functions[n].due = kx_line_due(i)))
        switch_intx(n, false);
    tell(n, i, true);
    return true;
}

static bool was_stopped(unsigned n)
{
    struct kx_incarnation *i = driver(n);
    if (!asserts(n))
        return false;
    if (!i) {
        switch_intx(n, false);
        return true;
    }
    stop(n);
    i->interrupts++;
    tell(n, i, kx_quiet_there(n));
    return true;
}

bool kx_intx_interrupt(unsigned line)
{
    bool found = false;
    for (unsigned n = 0; n < kx_n_functions; n++)
        if (on_line(n, line))
            found |= is_quiet(n) ? was_read(n) : was_stopped(n);
    for (unsigned n = 0; !found && n < kx_n_functions; n++)
        if (on_line(n, line))
            found = was_stopped(n);
    unclaimed[line] = found ? 0 : unclaimed[line] + 1;
    return unclaimed[line] <= UNCLAIMED_MAX;
}

static unsigned each(struct kx_incarnation *i, unsigned line, bool begin)
{
    unsigned count = 0;
    for (unsigned k = 0; k < i->task->words.n_pci; k++) {
        unsigned n = i->task->functions[k];
        if (!on_line(n, line))
            continue;
        count++;
        functions[n].wanted |= begin;
        if (functions[n].since && !functions[n].due)
            functions[n].due = kx_line_due(i);
        functions[n].since = functions[n].unread = 0;
        if (functions[n].wanted && !functions[n].due)
            switch_intx(n, true);
    }
    return count;
}

uint64_t kx_intx_due(uint64_t now)
{
    uint64_t next = KX_NEVER;
    struct kx_incarnation *i;
    for (unsigned n = 0; n < kx_n_functions; n++) {
        if (functions[n].due && functions[n].due <= now) {
            functions[n].due = 0;
            if (functions[n].wanted && !functions[n].since)
                switch_intx(n, true);
        }
        if (functions[n].due && functions[n].due < next)
            next = functions[n].due;
        if (functions[n].untold && (i = driver(n)))
            tell(n, i, kx_quiet_there(n));
        if (functions[n].untold && now + KX_TICK < next)
            next = now + KX_TICK;
    }
    return next;
}

void kx_intx_begin(struct kx_incarnation *i, unsigned line)
{
    each(i, line, true);
}

kern_return_t kx_intx_quiet(struct kx_incarnation *i, unsigned line,
                            unsigned bar, uint64_t offset, unsigned width)
{
    if (line >= KX_LINES || !(i->lines & 1u << line) || bar >= KX_BARS ||
        (width != 1 && width != 2 && width != 4))
        return KERN_INVALID_ARGUMENT;
    for (unsigned k = 0; k < i->task->words.n_pci; k++)
        if (on_line(i->task->functions[k], line))
            return kx_quiet_set(i->task->functions[k], bar, offset, width);
    return KERN_INVALID_ARGUMENT;
}

void kx_intx_done(struct kx_incarnation *i, unsigned line)
{
    each(i, line, false);
}

/* Its functions are off until it registers again, and owe no answer. */
void kx_intx_end(struct kx_incarnation *i, unsigned line)
{
    for (unsigned k = 0; k < i->task->words.n_pci; k++)
        if (on_line(i->task->functions[k], line))
            kx_intx_off(i->task->functions[k]);
}

bool kx_intx_granted(const struct kx_task *t, uint64_t line)
{
    for (unsigned k = 0; k < t->words.n_pci; k++)
        if (line < KX_LINES && on_line(t->functions[k], (unsigned)line))
            return true;
    return false;
}

void kx_intx_excuse(uint64_t late, uint64_t now)
{
    for (unsigned n = 0; n < kx_n_functions; n++)
        if (functions[n].since)
            functions[n].since = kx_later(functions[n].since, late, now);
}

void kx_intx_tick(uint64_t now)
{
    for (unsigned n = 0; n < kx_n_functions; n++) {
        struct kx_incarnation *i = driver(n);
        if (!i || !functions[n].since)
            continue;
        if (now - functions[n].since > DONE_TIME && !kx_throttled(i->task))
            kx_kill(i, KX_CAUSE_IRQ, 0);
    }
}
