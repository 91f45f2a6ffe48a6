/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What would end the fuzzer, take its memory or its ports, stop the machine or
 * fill the console, is bent so that it does not: a message may say anything
 * of another task, and this of its own. */
#include "fuzz.h"

#include <device/device_types.h>
#include <mach/mig_support.h>
#include <string.h>
#include <usrd/types.h>

/* More than this in one message is a death of its own (msg.c). */
#define RIGHTS_MAX 48

static uint64_t *word(union message *m, unsigned offset)
{
    return (uint64_t *)(m->bytes + offset);
}

static void name_at(union message *m, unsigned offset)
{
    if (!pool_has((mach_port_t)*word(m, offset)))
        *word(m, offset) = pool_name();
}

/* Ids that end the task by themselves, or that the scenario would miss. */
static bool ends(int id)
{
    switch (id) {
    case 2008: /* task_terminate */
    case 2016: /* thread_terminate */
    case 2400: /* exception_raise */
    case 4808: /* exit */
    case 4878: /* log_level */
    case 4879: /* halt */
        return true;
    }
    return false;
}

static void kernel_call(union message *m)
{
    switch (m->head.msgh_id) {
    case 2021: /* vm_allocate, _deallocate, _protect, _inherit */
    case 2023:
    case 2024:
    case 2025:
    case 2027: /* vm_read, vm_write, vm_copy, vm_map */
    case 2028:
    case 2089:
        *word(m, 40) = memory + (once_in(2) ? 0 : below(MEMORY));
        *word(m, 56) = below(MEMORY - (unsigned)(*word(m, 40) - memory));
        break;
    case 3203: /* mach_port_allocate_name */
        name_at(m, 56);
        break;
    case 3213: /* mach_port_move_member */
        name_at(m, 56);
        /* fall through */
    case 3202:
    case 3205:
    case 3206:
    case 3208:
    case 3209:
    case 3210:
    case 3214:
    case 3215:
    case 3216:
        name_at(m, 40);
        break;
    }
}

/* An operator's commands to a task that there is. */
static void command(union message *m)
{
    static const char *const tasks[] = {"fuzz",   "hello",  "caller",
                                        "target", "victim", "census"};
    int id = m->head.msgh_id;

    if (id < 4871 || (id > 4875 && id != 4880 && id != 4881))
        return;
    for (unsigned i = 0; i < sizeof tasks / sizeof *tasks; i++)
        if (strncmp(m->bytes + 40, tasks[i], 64) == 0)
            strcpy(m->bytes + 40, "nobody");
}

/* Calls that make what only their answer tells of. */
static void told(union message *m)
{
    int id = m->head.msgh_id;

    if (id != 2021 && id != 2089 && id != 3204)
        return;
    m->head.msgh_bits =
        (m->head.msgh_bits & ~(unsigned)MACH_MSGH_BITS_LOCAL_MASK) |
        MACH_MSGH_BITS(0, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    m->head.msgh_local_port = reply_port;
}

/* The kernel's console: nothing that can be seen. */
static void console(union message *m)
{
    if (m->head.msgh_id == 2803)
        memset(m->bytes + 72, '#', FUZZ_LONGEST - 72);
}

/* The reply ports, above all: this kernel panics when a call's reply port is
 * no receive right (mach_msg_trap's short cut). */
static bool must_stay(mach_port_t name)
{
    return name == USRD_PORT_SERVICE || name == USRD_PORT_SET ||
           name == reply_port || name == mig_get_reply_port();
}

static void few_rights(union message *m)
{
    unsigned offsets[ITEMS_MAX], n = find_items(m, offsets), rights = 0;

    for (unsigned i = 0; i < n; i++) {
        mach_msg_type_t *t = item_at(m, offsets[i]);
        uint64_t *name = (uint64_t *)(t + 1);
        if (!is_right(t->msgt_name))
            continue;
        rights += t->msgt_number;
        if (t->msgt_number > RIGHTS_MAX || rights > RIGHTS_MAX) {
            m->head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
            return;
        }
        /* This kernel panics when it reads at address 0 for a task. */
        if (!t->msgt_inline && (char *)(name + 1) <= m->bytes + FUZZ_LONGEST &&
            *name == 0)
            *name = memory;
        for (unsigned k = 0; t->msgt_inline && k < t->msgt_number; k++)
            if ((char *)(name + k + 1) <= m->bytes + FUZZ_LONGEST &&
                must_stay((mach_port_t)name[k]))
                name[k] = pool_right();
    }
}

void defuse(union message *m, enum target to)
{
    if (ends(m->head.msgh_id))
        m->head.msgh_id += 100;
    if (to == TO_CONTROL) {
        kernel_call(m);
        told(m);
        command(m);
    }
    if (to == TO_CONSOLE)
        console(m);
    few_rights(m);
}

bool wants_answer(const union message *m)
{
    return MACH_MSGH_BITS_LOCAL(m->head.msgh_bits) ==
               MACH_MSG_TYPE_MAKE_SEND_ONCE &&
           m->head.msgh_local_port == reply_port;
}
