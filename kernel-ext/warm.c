/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A fork touches each of its first pages through a fault: page tables, copies
 * of its data, a clean stack.  That is two fifths of a restart, and can be
 * done to a spare while it waits: its pages are wired, which faults them in,
 * and unwired again.  This is memory of its template, which has no
 * pager, so it waits for nobody. */
#include "kx.h"

#include "mach_host.h"
#include "mach_port.h"

#define PAGE 4096ull
#define RANGES 6
/* Of data and stack, what a start is likely to touch; a copy each. */
#define DATA_PAGES 4
#define STACK_PAGES 2

static struct warmth {
    bool known;
    unsigned n;
    struct range {
        vm_address_t start;
        vm_size_t size;
        vm_prot_t access;
    } ranges[RANGES];
} warmths[KX_MAX_TEMPLATES];

static void add(struct warmth *w, uint64_t start, uint64_t size,
                vm_prot_t access)
{
    if (w->n < RANGES)
        w->ranges[w->n++] = (struct range){start, size, access};
}

/* The template's regions, once: it never changes. */
static void learn(struct warmth *w, unsigned template)
{
    mach_port_t task = kx_port(KX_P_TEMPLATE, template), object;
    uint64_t stack = kx_template_state(template)->ursp & ~(PAGE - 1);
    vm_address_t at = 0;
    vm_size_t size;
    vm_prot_t access, most;
    vm_inherit_t inheritance;
    boolean_t shared;
    vm_offset_t offset;

    w->known = true;
    while (vm_region(task, &at, &size, &access, &most, &inheritance, &shared,
                     &object, &offset) == KERN_SUCCESS) {
        if (object != MACH_PORT_NULL)
            mach_port_deallocate(mach_task_self(), object);
        if (stack >= at && stack < at + size)
            add(w, stack - (STACK_PAGES - 1) * PAGE, STACK_PAGES * PAGE,
                access);
        else if (!(access & VM_PROT_WRITE))
            add(w, at, size, access);
        else
            add(w, at, size < DATA_PAGES * PAGE ? size : DATA_PAGES * PAGE,
                access);
        at += size;
    }
}

void kx_warm(struct kx_incarnation *i)
{
    unsigned template = i->task->template;
    struct warmth *w = &warmths[template];

    if (!w->known)
        learn(w, template);
    for (unsigned n = 0; n < w->n; n++) {
        struct range *r = &w->ranges[n];
        mach_port_t task = kx_port(KX_P_TASK, kx_slot(i));
        if (vm_wire(KX_OWN(KX_OWN_HOST), task, r->start, r->size, r->access) ==
            KERN_SUCCESS)
            vm_wire(KX_OWN(KX_OWN_HOST), task, r->start, r->size, VM_PROT_NONE);
    }
}
