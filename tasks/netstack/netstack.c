/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * netstack NIC dhcp|ADDR/BITS [via=ADDR] [dns=ADDR] [mac=...] SERVICE...: a
 * host on the network, for people and for measurements.  It answers pings, and
 *
 *     echo           what comes goes back: UDP and TCP port 7
 *     discard        TCP port 9 takes everything
 *     source         TCP port 19 sends without end
 *     source=ADDR    sends without end to ADDR's TCP port 9
 *     check          TCP port 10 takes only what source sends
 *     feed=ADDR      sends without end to ADDR's TCP port 10
 *     iperf          iperf 2's server, TCP port 5001
 *     ping=ADDR      four times
 *     resolve=NAME   asks the name server
 *
 * qemu -nic user,model=virtio-net-pci,hostfwd=tcp::5007-:7 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netstack.h"

static void __attribute__((noreturn)) unknown(const char *word)
{
    printf("unknown word: %s\n", word);
    exit(1);
}

void netstack_must(err_t err, const char *what)
{
    if (err == ERR_OK)
        return;
    printf("%s: lwIP says %d\n", what, err);
    exit(1);
}

struct tcp_pcb *netstack_listen(u16_t port, tcp_accept_fn accept)
{
    struct tcp_pcb *pcb = tcp_new();

    netstack_must(pcb ? ERR_OK : ERR_MEM, "tcp_new");
    netstack_must(tcp_bind(pcb, IP_ADDR_ANY, port), "tcp_bind");
    pcb = tcp_listen(pcb);
    netstack_must(pcb ? ERR_OK : ERR_MEM, "tcp_listen");
    tcp_accept(pcb, accept);
    return pcb;
}

/* The address in WORD=ADDR; NULL if WORD is none that begins with NAME. */
static const ip_addr_t *address(const char *word, const char *name)
{
    static ip_addr_t found;
    size_t n = strlen(name);

    if (strncmp(word, name, n) != 0)
        return NULL;
    if (!ipaddr_aton(word + n, &found))
        unknown(word);
    return &found;
}

static void start(const char *word)
{
    const ip_addr_t *to;

    if (strcmp(word, "echo") == 0)
        netstack_echo();
    else if (strcmp(word, "discard") == 0)
        netstack_discard();
    else if (strcmp(word, "source") == 0)
        netstack_source(NULL, 0);
    else if (strcmp(word, "check") == 0)
        netstack_check();
    else if (strcmp(word, "iperf") == 0)
        netstack_iperf();
    else if ((to = address(word, "source=")) != NULL)
        netstack_source(to, 9);
    else if ((to = address(word, "feed=")) != NULL)
        netstack_source(to, 10);
    else if ((to = address(word, "ping=")) != NULL)
        netstack_ping(to);
    else if (strncmp(word, "resolve=", 8) == 0)
        netstack_resolve(word + 8);
    else
        unknown(word);
}

int main(int argc, char **argv)
{
    for (int n = net_start(argc, argv); n < argc; n++)
        start(argv[n]);
    net_run();
}
