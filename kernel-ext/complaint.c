/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Clients' complaints.  What a driver answers is right or wrong only to who
 * knows what it asked, so that nothing else finds a driver that is well and
 * lies.  A complaint is as good as the client: complains= says whose counts, of
 * whom, and back-off and start limit apply.  It names the incarnation, so that
 * a late one is not held against who came after. */
#include "kx.h"

#include <string.h>

#include "userspace_driver_server.h"

static bool may(const struct kx_words *w, const char *name)
{
    for (unsigned n = 0; n < w->n_complains; n++)
        if (strcmp(w->complains[n], name) == 0)
            return true;
    return !KX_HOLDS(COMPLAINS);
}

kern_return_t kx_on_complain(mach_port_t control, const_usrd_name_t name,
                             uint32_t generation, const_usrd_text_t why)
{
    struct kx_incarnation *client = &kx_incarnations[kx_port_index(control)];
    char quoted[80];
    usrd_name_t copy;
    memcpy(copy, name, sizeof copy);
    copy[sizeof copy - 1] = 0;
    struct kx_task *t = kx_task_find(copy);
    if (!t || !may(&client->task->words, t->name)) {
        kx_deny(client, "complain name=%s",
                kx_log_quote(copy, sizeof copy, quoted, sizeof quoted));
        return KERN_NO_ACCESS;
    }
    if (t->state != KX_READY || t->current->phase != KX_ALIVE ||
        kx_generation(t) != generation)
        return KERN_ABORTED;
    kx_tlog('W', t, "complaint", "by=%s text=%s", client->task->name,
            kx_log_quote(why, sizeof(usrd_text_t), quoted, sizeof quoted));
    kx_kill(t->current, KX_CAUSE_COMPLAINT, 0);
    return KERN_SUCCESS;
}
