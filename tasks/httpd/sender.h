/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An answer on its way: its head, then its body, as there is room for them. */
#ifndef SENDER_H
#define SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"

struct tcp_pcb;

struct sender {
    const struct answer *answer;
    uint64_t at, size;      /* of the body: sent, in all */
    size_t head_at, head_n; /* of head, the same */
    char head[640];
};

/* A, which stays where it is; with its body or without; KEEP: another request
 * may follow. */
void sender_begin(struct sender *s, const struct answer *a, bool body,
                  bool keep);

/* Send on, by PCB.  True when all of it is on its way. */
bool sender_push(struct sender *s, struct tcp_pcb *pcb);

#endif
