/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TCP after a restart of the driver.  By itself it would take a lost packet for
 * congestion and wait for a timer, a second at many a peer; but here it is
 * known that something was lost, and that the way is free again.
 *
 * What we sent: if the driver died of itself, frames of ours are lost, and all
 * that is not acknowledged is sent again.  Else only acknowledgements to us may
 * be, and the first segment is sent, which the peer answers with one of all
 * that it has.  Neither is congestion: windows and counts stay as they are.
 *
 * What the peer sent: three duplicate acknowledgements make it send the first
 * missing segment (RFC 5681, 3.2).  If more is missing, a peer without SACK
 * then waits for its timer: so whenever one segment came and no more, we ask
 * again. */
#include <lwip/priv/tcp_priv.h>
#include <lwip/sys.h>

#include "inside.h"

#define ACKS 4         /* one of them may be no duplicate: another window */
#define ASKING_MS 2000 /* after a restart */
#define TRIES 4        /* of TCP_MAXRTX, that are counted while it is away */

/* What a connection is asked for, in the data that lwIP keeps with it: not
 * zero, and the sequence number from which on it was asked last. */
static u8_t asked;
#define DUE ((void *)2ul)
#define FROM(sequence) ((void *)((sequence) | 1ul << 32))

static bool asking;
static u32_t since; /* ms */

void net_hasten_init(void)
{
    asked = tcp_ext_arg_alloc_id();
}

static bool receives(const struct tcp_pcb *pcb)
{
    return pcb->state == ESTABLISHED || pcb->state == FIN_WAIT_1 ||
           pcb->state == FIN_WAIT_2;
}

/* What there is no room for is due; then it is tried again. */
static void ask(struct tcp_pcb *pcb)
{
    for (unsigned n = 0; n < ACKS; n++)
        if (tcp_send_empty_ack(pcb) != ERR_OK) {
            tcp_ext_arg_set(pcb, asked, DUE);
            return;
        }
    tcp_ext_arg_set(pcb, asked, FROM(pcb->rcv_nxt));
}

static void send_again(struct tcp_pcb *pcb, bool lost)
{
    u8_t tries = pcb->nrtx;

    if (!pcb->unacked) {
        pcb->persist_cnt = 0xff; /* a window may have opened: now */
        return;
    }
    if (lost)
        tcp_rexmit_rto(pcb);
    else if (tcp_rexmit(pcb) == ERR_OK) {
        tcp_set_flags(pcb, TF_NAGLEMEMERR); /* small ones, too */
        tcp_output(pcb);
    }
    pcb->nrtx = tries;
    pcb->rtime = 0;
}

void net_hasten(bool lost)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
        send_again(pcb, lost);
        if (receives(pcb))
            tcp_ext_arg_set(pcb, asked, DUE);
    }
    asking = true;
    since = sys_now();
}

/* Since it was asked: nothing; one segment, or what was behind a gap, with
 * another gap to follow; or so much that it sends by itself. */
static void ask_on(struct tcp_pcb *pcb)
{
    void *was = tcp_ext_arg_get(pcb, asked);
    u32_t came = pcb->rcv_nxt - (u32_t)(uintptr_t)was;

    if (!was || !receives(pcb))
        return;
    if (was == DUE || (came > 0 && (came <= TCP_MSS || pcb->ooseq)))
        ask(pcb);
    else if (came > 0)
        tcp_ext_arg_set(pcb, asked, NULL);
}

void net_hasten_wait(void)
{
    if (!asking)
        return;
    asking = sys_now() - since < ASKING_MS;
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (asking)
            ask_on(pcb);
        else
            tcp_ext_arg_set(pcb, asked, NULL);
}

void net_hasten_patience(bool stuck)
{
    if (!stuck)
        return;
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
        pcb->nrtx = LWIP_MIN(pcb->nrtx, TRIES);
        pcb->persist_probe = LWIP_MIN(pcb->persist_probe, TRIES);
    }
}
