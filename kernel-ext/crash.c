/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The crash report: what an executioner found in a corpse, as log lines. */
#include "kx.h"

#include <stdio.h>

static void line(struct kx_incarnation *i, const char *verb, const char *text)
{
    kx_log('I', i->task->name, i->number, verb, "%s", text);
}

static void registers(struct kx_incarnation *i,
                      const struct i386_thread_state *s)
{
    const struct {
        const char *name;
        uint64_t value;
    } all[] = {
        {"rax", s->rax},   {"rbx", s->rbx}, {"rcx", s->rcx}, {"rdx", s->rdx},
        {"rsi", s->rsi},   {"rdi", s->rdi}, {"rbp", s->rbp}, {"rsp", s->ursp},
        {"r8", s->r8},     {"r9", s->r9},   {"r10", s->r10}, {"r11", s->r11},
        {"r12", s->r12},   {"r13", s->r13}, {"r14", s->r14}, {"r15", s->r15},
        {"flags", s->rfl},
    };
    char text[128];
    size_t used = 0;
    for (unsigned n = 0; n < sizeof all / sizeof all[0]; n++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=0x%lx",
                                 used ? " " : "", all[n].name,
                                 (unsigned long)all[n].value);
        if (n % 3 == 2 || n + 1 == sizeof all / sizeof all[0]) {
            line(i, "regs", text);
            used = 0;
        }
    }
}

void kx_crash_report(struct kx_incarnation *i, const struct kx_autopsy *a)
{
    char cause[32], text[100];
    size_t used = 0;
    /* A clean end, or one that the operator asked for, explains itself. */
    if ((i->cause == KX_CAUSE_EXIT && i->code == 0) ||
        i->cause == KX_CAUSE_OPERATOR || i->cause == KX_CAUSE_NONE ||
        !a->have_state)
        return;
    kx_cause_text(i->cause, i->code, cause, sizeof cause);
    if (i->exception)
        snprintf(text, sizeof text, "cause=%s pc=0x%lx addr=0x%lx code=%d/%d",
                 cause, (unsigned long)a->state.rip, (unsigned long)i->address,
                 i->exception, i->exception_code);
    else
        snprintf(text, sizeof text, "cause=%s pc=0x%lx", cause,
                 (unsigned long)a->state.rip);
    line(i, "crash", text);
    registers(i, &a->state);
    for (unsigned n = 0; n < a->n_frames; n++) {
        snprintf(text, sizeof text, "n=%u ra=0x%lx", n,
                 (unsigned long)a->frames[n]);
        line(i, "frame", text);
    }
    for (unsigned n = 0; n < a->n_last; n++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%u",
                                 n ? "," : "ids=", a->last[n]);
    if (a->n_last)
        line(i, "last", text);
}
