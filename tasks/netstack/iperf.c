/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * lwIP's server for Debian's iperf (2.x), and what it says. */
#include <stdio.h>

#include <lwip/apps/lwiperf.h>

#include "netstack.h"

static void report(void *arg, enum lwiperf_report_type type,
                   const ip_addr_t *local, u16_t local_port,
                   const ip_addr_t *remote, u16_t remote_port, u32_t bytes,
                   u32_t ms, u32_t kbits)
{
    (void)arg, (void)local, (void)local_port, (void)remote, (void)remote_port;
    printf("iperf %s=%u bytes=%u ms=%u kbits=%u\n",
           type == LWIPERF_TCP_DONE_SERVER || type == LWIPERF_TCP_DONE_CLIENT
               ? "done"
               : "aborted",
           (unsigned)type, (unsigned)bytes, (unsigned)ms, (unsigned)kbits);
}

void netstack_iperf(void)
{
    void *server = lwiperf_start_tcp_server_default(report, NULL);

    netstack_must(server ? ERR_OK : ERR_MEM, "lwiperf");
}
