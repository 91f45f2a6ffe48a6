/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the log says of deaths, as tables: the last of them, and how long the
 * outages were.  Written when the next incarnation has been announced, so
 * that no restart waits for it. */
#include "kx.h"

#include <string.h>

#include "userspace_driver_operator_server.h"

#define DEATHS 32 /* that are remembered */

struct death {
    uint16_t task;
    uint16_t cause;
    int code;
    unsigned incarnation;
    uint64_t number; /* 1.. since boot */
    uint64_t died, ran;
    uint64_t outage; /* until its successor was ready; ~0: it is not */
};

static struct death deaths[DEATHS];
static uint64_t n_deaths;
static uint32_t outages[USRD_OUTAGES_BUCKETS];
static uint64_t outages_us;

/* The one that was N deaths before the last, or NULL. */
static struct death *back(uint64_t n)
{
    if (n >= n_deaths || n >= DEATHS)
        return NULL;
    return &deaths[(n_deaths - 1 - n) % DEATHS];
}

void kx_deaths_add(const struct kx_task *t)
{
    deaths[n_deaths % DEATHS] = (struct death){
        .task = (uint16_t)kx_task_index(t),
        .cause = (uint16_t)t->cause,
        .code = t->code,
        .incarnation = t->dead,
        .number = n_deaths + 1,
        .died = t->died,
        .ran = t->ran,
        .outage = KX_NEVER,
    };
    n_deaths++;
}

void kx_deaths_over(const struct kx_task *t)
{
    struct death *d;
    unsigned bucket = t->outage ? 63 - (unsigned)__builtin_clzll(t->outage) : 0;

    if (bucket >= USRD_OUTAGES_BUCKETS)
        bucket = USRD_OUTAGES_BUCKETS - 1;
    outages[bucket]++;
    outages_us += t->outage;
    for (unsigned n = 0; (d = back(n)); n++)
        if (d->task == kx_task_index(t)) {
            d->outage = t->outage;
            return;
        }
}

kern_return_t kx_op_death(mach_port_t control, uint32_t index, usrd_name_t name,
                          usrd_name_t cause, usrd_info_t info,
                          mach_msg_type_number_t *count)
{
    const struct death *d = back(index);

    (void)control;
    if (!d)
        return KERN_INVALID_ARGUMENT;
    memset(name, 0, sizeof(usrd_name_t));
    memset(cause, 0, sizeof(usrd_name_t));
    memset(info, 0, sizeof(usrd_info_t));
    strncpy(name, kx_tasks[d->task].name, sizeof(usrd_name_t) - 1);
    kx_cause_text((enum kx_cause)d->cause, d->code, cause, sizeof(usrd_name_t));
    info[USRD_DEATH_NUMBER] = d->number;
    info[USRD_DEATH_INCARNATION] = d->incarnation;
    info[USRD_DEATH_AT_US] = d->died;
    info[USRD_DEATH_RAN_US] = d->ran;
    info[USRD_DEATH_OUTAGE_US] = d->outage;
    *count = USRD_DEATH_WORDS;
    return KERN_SUCCESS;
}

kern_return_t kx_op_outages(mach_port_t control, usrd_info_t info,
                            mach_msg_type_number_t *count)
{
    (void)control;
    for (unsigned n = 0; n < USRD_OUTAGES_BUCKETS; n++)
        info[n] = outages[n];
    info[USRD_OUTAGES_SUM_US] = outages_us;
    info[USRD_OUTAGES_NOW_US] = kx_now();
    *count = USRD_OUTAGES_WORDS;
    return KERN_SUCCESS;
}
