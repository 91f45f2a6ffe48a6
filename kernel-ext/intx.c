/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupts of PCI functions.  A line may be several functions', so no driver
 * may hold it: the functions that assert it are switched off one by one (PCI
 * 3.0 §6.2.2, Interrupt Disable), the line is acknowledged at once, and each
 * driver's "done" switches its function on again. */
#include "pci.h"
#include "pci_regs.h"

/* Interrupts in a row that none of the functions owns up to. */
#define UNCLAIMED_MAX 100
/* A driver that was told and does not answer is not let be longer. */
#define DONE_TIME 2000000

static struct {
    bool wanted;    /* its driver registered for the line */
    uint64_t since; /* when the driver was told; 0: it need not answer */
    uint64_t due;   /* irq-rate=: when it is switched on again; 0: it is */
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
    functions[function].wanted = false;
    functions[function].since = functions[function].due = 0;
    switch_intx(function, false);
}

bool kx_intx_interrupt(unsigned line)
{
    bool found = false;
    for (unsigned n = 0; n < kx_n_functions; n++) {
        if (!on_line(n, line) || !asserts(n))
            continue;
        found = true;
        switch_intx(n, false);
        struct kx_incarnation *i = driver(n);
        if (!i)
            continue;
        functions[n].since = kx_now();
        i->interrupts++;
        kx_service_interrupt(i->task, line);
    }
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
        functions[n].since = 0;
        if (functions[n].wanted && !functions[n].due)
            switch_intx(n, true);
    }
    return count;
}

uint64_t kx_intx_due(uint64_t now)
{
    uint64_t next = KX_NEVER;
    for (unsigned n = 0; n < kx_n_functions; n++) {
        if (functions[n].due && functions[n].due <= now) {
            functions[n].due = 0;
            if (functions[n].wanted)
                switch_intx(n, true);
        }
        if (functions[n].due && functions[n].due < next)
            next = functions[n].due;
    }
    return next;
}

void kx_intx_begin(struct kx_incarnation *i, unsigned line)
{
    each(i, line, true);
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
        if (i && functions[n].since && now - functions[n].since > DONE_TIME &&
            !kx_throttled(i->task))
            kx_kill(i, KX_CAUSE_IRQ, 0);
    }
}
