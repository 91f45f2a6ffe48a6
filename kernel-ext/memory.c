/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory and processor time of tasks, by the kernel's own figures.
 *
 * There is no pager behind anonymous memory: what is promised has to exist.
 * So vm_allocate is granted against what the machine has left, not against
 * what is touched yet, and a task that grows another way is looked for while there
 * is still room to do something about it. */
#include "kx.h"

#include "mach_port.h"

#define PAGE 4096
#define LOOK 200000 /* microseconds */
#define LOOK_OFTEN 20000
#define VICTIM_TIME 1000000 /* for a victim to give back what it has */
/* Kept free: an eighth of memory, which is above where the kernel begins to
 * look for pages to evict, and it has nowhere to put them.  Below three quarters
 * of that the task that took most ends, while the kernel still gives pages. */
static uint64_t reserve(void)
{
    return kx_machine.ram_top / 8;
}

static uint64_t least(void)
{
    return reserve() / 4 * 3;
}

static bool low;

uint64_t kx_free_pages(void)
{
    struct vm_statistics stats;
    if (vm_statistics(mach_task_self(), &stats) != KERN_SUCCESS)
        return 0;
    return stats.free_count;
}

uint64_t kx_resident_of(mach_port_t task, uint64_t *virtual_size)
{
    struct task_basic_info info;
    mach_msg_type_number_t n = TASK_BASIC_INFO_COUNT;
    *virtual_size = 0;
    if (task_info(task, TASK_BASIC_INFO, (task_info_t)&info, &n) !=
        KERN_SUCCESS)
        return 0;
    *virtual_size = info.virtual_size;
    return info.resident_size;
}

uint64_t kx_resident(struct kx_incarnation *i, uint64_t *virtual_size)
{
    return kx_resident_of(kx_port(KX_P_TASK, kx_slot(i)), virtual_size);
}

/* Microseconds of processor time, and whether the thread could run now. */
uint64_t kx_cpu(struct kx_incarnation *i, bool *runnable)
{
    struct thread_basic_info info;
    mach_msg_type_number_t n = THREAD_BASIC_INFO_COUNT;
    *runnable = false;
    if (thread_info(kx_port(KX_P_THREAD, kx_slot(i)), THREAD_BASIC_INFO,
                    (thread_info_t)&info, &n) != KERN_SUCCESS)
        return 0;
    *runnable = info.run_state == TH_STATE_RUNNING;
    return ((uint64_t)info.user_time.seconds +
            (uint64_t)info.system_time.seconds) *
               1000000 +
           (uint64_t)info.user_time.microseconds +
           (uint64_t)info.system_time.microseconds;
}

/* What tasks were promised and have not touched yet, in bytes. */
static uint64_t untouched(void)
{
    uint64_t sum = 0, size;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_incarnation *i = kx_tasks[n].current;
        if (!i || !i->promised)
            continue;
        uint64_t resident = kx_resident(i, &size);
        if (size > resident)
            sum += size - resident;
    }
    return sum;
}

bool kx_memory_spare(uint64_t more)
{
    uint64_t free = kx_free_pages() * PAGE;
    return !KX_HOLDS(FREE) ||
           (more <= free && untouched() + more + reserve() <= free);
}

/* May the task's address space grow by MORE bytes? */
bool kx_memory_allows(struct kx_incarnation *i, uint64_t more)
{
    uint64_t size;
    kx_resident(i, &size);
    if (!kx_quota_allows(i, size + more) || size + more < size ||
        !kx_memory_spare(more))
        return false;
    i->promised = true;
    return true;
}

/* Pages of its own: not those of what it was granted, which it found there. */
static uint64_t own(struct kx_incarnation *i)
{
    struct task_events_info info;
    mach_msg_type_number_t n = TASK_EVENTS_INFO_COUNT;
    uint64_t size, pages = kx_resident(i, &size) / PAGE;
    if (task_info(kx_port(KX_P_TASK, kx_slot(i)), TASK_EVENTS_INFO,
                  (task_info_t)&info, &n) != KERN_SUCCESS)
        return 0;
    uint64_t made = (uint64_t)info.zero_fills + (uint64_t)info.cow_faults;
    return made < pages ? made : pages;
}

/* Who has most: in its map, and by its ports.  What is in use beyond all that
 * lies in messages, which are taken to be of one size. */
static struct kx_incarnation *greediest(void)
{
    static struct kx_hoard all[KX_MAX_TASKS];
    uint64_t nobodys = kx_machine.ram_top / PAGE - kx_free_pages();
    uint64_t messages = 1, most = 0;
    struct kx_incarnation *found = NULL;

    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_incarnation *i = kx_tasks[n].current;
        all[n] = (struct kx_hoard){0};
        if (!i || i->phase != KX_ALIVE)
            continue;
        all[n] = kx_hoard(i);
        all[n].pages += own(i);
        messages += all[n].messages;
        nobodys -= all[n].pages < nobodys ? all[n].pages : nobodys;
    }
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        uint64_t pages = all[n].pages + all[n].messages * nobodys / messages;
        if (pages > most) {
            most = pages;
            found = kx_tasks[n].current;
        }
    }
    return found;
}

/* When to look again, FREE bytes being left now: before they can be gone, and
 * nobody takes more than 1 KiB in a microsecond. */
static uint64_t soon(uint64_t free)
{
    uint64_t time = free > least() ? (free - least()) >> 10 : 0;
    return time < LOOK_OFTEN ? LOOK_OFTEN : time > LOOK ? LOOK : time;
}

/* Look at what is left, and at who has more than it may.  Returns when to look
 * again. */
uint64_t kx_memory_tick(uint64_t now)
{
    static uint64_t next;
    if (now < next)
        return next;
    uint64_t free = kx_free_pages() * PAGE;
    uint64_t again = kx_quota_tick(now);
    next = now + soon(free);
    if (again < next)
        next = again;
    static uint64_t level; /* at which the last victim was taken */
    if (!KX_HOLDS(FREE) || free >= least()) {
        if (low)
            kx_log('N', NULL, 0, "memory", "free=%uM", (unsigned)(free >> 20));
        low = false;
        return next;
    }
    /* One at a time: the next largest may be nobody's fault.  What ports and
     * messages were in the kernel keeps, and calls in use, until it is short
     * itself: so the next only if it gets much worse. */
    static struct kx_incarnation *victim;
    if (victim && victim->cause == KX_CAUSE_LIMIT_MEMORY &&
        victim->phase != KX_FREE && now < victim->died + VICTIM_TIME)
        return next;
    if (low && free > level / 4 * 3)
        return next;
    level = free;
    struct kx_incarnation *i = victim = greediest();
    uint64_t end = kx_now(); /* with many tasks that takes long */
    kx_excuse(end - now, end);
    kx_log('E', NULL, 0, "memory", "free=%uM victim=%s", (unsigned)(free >> 20),
           i ? i->task->name : "-");
    low = true;
    kx_kill(i, KX_CAUSE_LIMIT_MEMORY, 0);
    return next;
}
