/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What there is to see in a corpse.  This runs in an executioner: reading a
 * task's memory can wait for whoever is behind it. */
#include "kx.h"

#define PAGE 4096ull

/* The page of a task that was read last: the frames of a stack are close
 * together, and reading a page costs what reading a word does. */
struct page {
    uint64_t at;
    vm_offset_t data; /* 0: none */
};

static void drop(struct page *p)
{
    if (p->data)
        vm_deallocate(mach_task_self(), p->data, PAGE);
    p->data = 0;
}

static bool turn_to(struct page *p, mach_port_t task, uint64_t at)
{
    mach_msg_type_number_t n;
    if (p->data && p->at == at)
        return true;
    drop(p);
    p->at = at;
    if (vm_read(task, at, PAGE, &p->data, &n) == KERN_SUCCESS)
        return true;
    p->data = 0;
    return false;
}

/* Copy SIZE bytes at ADDRESS of TASK; true if all were there. */
static bool peek(struct page *p, mach_port_t task, uint64_t address, void *to,
                 size_t size)
{
    for (char *out = to; size > 0;) {
        uint64_t at = address & ~(PAGE - 1);
        size_t from = address - at;
        size_t n = size < PAGE - from ? size : PAGE - from;
        if (!turn_to(p, task, at))
            return false;
        __builtin_memcpy(out, (void *)(p->data + from), n);
        out += n;
        address += n;
        size -= n;
    }
    return true;
}

/* Return addresses, by the frame pointers. */
static void walk(struct page *p, mach_port_t task, struct kx_autopsy *a)
{
    uint64_t frame[2], at = a->state.rbp;
    while (a->n_frames < KX_FRAMES && at >= a->state.ursp && at % 8 == 0 &&
           peek(p, task, at, frame, sizeof frame) && frame[1]) {
        a->frames[a->n_frames++] = frame[1];
        if (frame[0] <= at)
            break;
        at = frame[0];
    }
}

/* Registers, return addresses, the SDK's message ids. */
void kx_look(struct kx_incarnation *i, struct kx_autopsy *a)
{
    unsigned slot = kx_slot(i);
    mach_port_t task = kx_port(KX_P_TASK, slot);
    mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
    struct page page = {0};
    struct usrd_trace ring;
    a->have_state =
        thread_get_state(kx_port(KX_P_THREAD, slot), i386_REGS_SEGS_STATE,
                         (thread_state_t)&a->state, &n) == KERN_SUCCESS;
    a->n_frames = a->n_last = 0;
    if (!a->have_state)
        return;
    walk(&page, task, a);
    if (i->trace && peek(&page, task, i->trace, &ring, sizeof ring)) {
        unsigned k =
            ring.count > USRD_TRACE_IDS ? ring.count - USRD_TRACE_IDS : 0;
        for (; k < ring.count && a->n_last < USRD_TRACE_IDS; k++)
            a->last[a->n_last++] = ring.ids[k % USRD_TRACE_IDS];
    }
    drop(&page);
}
