/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Questions to others, once there is an address to be answered at: ICMP echo
 * (RFC 792), and names. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <string.h>

#include <lwip/dns.h>
#include <lwip/icmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <lwip/prot/ip4.h>
#include <lwip/raw.h>

#include "netstack.h"

enum { PINGS = 4, ID = 0x7573, SIZE = 56 };

static struct {
    ip_addr_t to;
    struct raw_pcb *pcb;
    unsigned sent, answered;
    unsigned long at; /* us: of the last */
    bool done;
} ping;

static struct {
    const char *name;
    bool asked;
} question;

/* ---- ping ---- */

static u8_t ping_came(void *arg, struct raw_pcb *pcb, struct pbuf *p,
                      const ip_addr_t *from)
{
    struct icmp_echo_hdr head;
    u16_t at = ip_current_header_tot_len();

    (void)arg, (void)pcb;
    if (pbuf_copy_partial(p, &head, sizeof head, at) != sizeof head ||
        head.type != ICMP_ER || head.id != PP_HTONS(ID) ||
        !ip_addr_eq(from, &ping.to) || lwip_ntohs(head.seqno) != ping.sent)
        return 0; /* not ours: others may look at it */
    ping.answered++;
    printf("ping %s bytes=%u seq=%u us=%lu\n", ipaddr_ntoa(from),
           (unsigned)(p->tot_len - at), ping.sent, usrd_now() - ping.at);
    pbuf_free(p);
    return 1;
}

static void ping_once(void)
{
    struct pbuf *p;

    if (ping.done || !net_up())
        return;
    if (ping.sent == PINGS) {
        printf("ping %s sent=%u answered=%u\n", ipaddr_ntoa(&ping.to),
               ping.sent, ping.answered);
        ping.done = true;
        return;
    }
    p = pbuf_alloc(PBUF_IP, sizeof(struct icmp_echo_hdr) + SIZE, PBUF_RAM);
    if (!p)
        return;
    struct icmp_echo_hdr *head = p->payload;
    memset(head + 1, 'u', SIZE);
    ICMPH_TYPE_SET(head, ICMP_ECHO);
    ICMPH_CODE_SET(head, 0);
    head->id = PP_HTONS(ID);
    head->seqno = lwip_htons((u16_t)++ping.sent);
    head->chksum = 0;
    head->chksum = inet_chksum(head, p->len);
    ping.at = usrd_now();
    raw_sendto(ping.pcb, p, &ping.to);
    pbuf_free(p);
}

void netstack_ping(const ip_addr_t *address)
{
    ping.to = *address;
    ping.pcb = raw_new(IP_PROTO_ICMP);
    netstack_must(ping.pcb ? ERR_OK : ERR_MEM, "raw_new");
    raw_recv(ping.pcb, ping_came, NULL);
    netstack_must(raw_bind(ping.pcb, IP_ADDR_ANY), "raw_bind");
    net_poll(ping_once, 500);
}

/* ---- resolve ---- */

static void resolved(const char *name, const ip_addr_t *address, void *arg)
{
    (void)arg;
    printf("resolve %s=%s\n", name, address ? ipaddr_ntoa(address) : "unknown");
}

static void resolve_once(void)
{
    ip_addr_t address;

    if (question.asked || !net_up())
        return;
    question.asked = true;
    err_t err = dns_gethostbyname(question.name, &address, resolved, NULL);
    if (err == ERR_OK)
        resolved(question.name, &address, NULL);
    else if (err != ERR_INPROGRESS)
        resolved(question.name, NULL, NULL);
}

void netstack_resolve(const char *name)
{
    question.name = name;
    net_poll(resolve_once, 100);
}
