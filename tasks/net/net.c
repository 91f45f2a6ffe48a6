/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A program's start and its loop. */
#include <stdio.h>
#include <stdlib.h>

#include <device/userspace_driver_sdk.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/init.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <mach/mach.h>
#include <usrd/client.h>

#include "hooks.h"
#include "inside.h"

#define MOST 4          /* other rings, and polls */
#define AT_A_TIME 128   /* answers, before timers are looked at */
#define SLEEP_MS 1000   /* at most */
#define PATIENCE_MS 500 /* between two looks whether the driver is away */

static struct netif interface;

/* The network device's is the first. */
static struct usrd_ring *rings[1 + MOST];
static unsigned n_rings;

static struct {
    void (*answered)(void *context, const struct usrd_ring_result *result);
    void *context;
} servers[1 + MOST];

static struct poll {
    void (*f)(void);
    unsigned ms;
} polls[MOST + 1];
static unsigned n_polls;

static void __attribute__((noreturn)) give_up(const char *what, const char *why)
{
    printf("net: %s: %s\n", what, why);
    exit(1);
}

/* ---- For lwIP ---- */

u32_t sys_now(void)
{
    return (u32_t)(usrd_now() / 1000);
}

void net_assert(const char *what, int line, const char *file)
{
    printf("lwip: %s at %s:%d\n", what, file, line);
    abort();
}

uint32_t net_random(void)
{
    static uint64_t state;

    state = (state ^ __builtin_ia32_rdtsc()) * 6364136223846793005ull + 1;
    return (uint32_t)(state >> 32);
}

u32_t net_first_sequence(const ip_addr_t *local_ip, u16_t local_port,
                         const ip_addr_t *remote_ip, u16_t remote_port)
{
    static uint64_t key;

    if (key == 0)
        key = (uint64_t)net_random() << 32 | net_random() | 1;
    uint64_t x = (uint64_t)ip4_addr_get_u32(local_ip) << 32 |
                 ip4_addr_get_u32(remote_ip);
    x = (x ^ key) * 0x9e3779b97f4a7c15ull;
    x = (x ^ x >> 29 ^ (uint64_t)local_port << 16 ^ remote_port) * key;
    return (u32_t)(x >> 32) + (u32_t)(usrd_now() / 4);
}

/* ---- The start ---- */

bool net_up(void)
{
    return netif_is_up(&interface) &&
           !ip4_addr_isany_val(*netif_ip4_addr(&interface));
}

static void say_address(struct netif *netif)
{
    char address[16], via[16];

    if (net_up())
        printf("net: address=%s via=%s\n",
               ip4addr_ntoa_r(netif_ip4_addr(netif), address, sizeof address),
               ip4addr_ntoa_r(netif_ip4_gw(netif), via, sizeof via));
}

static void be_patient(void)
{
    net_hasten_patience(net_frames_stuck());
}

int net_start(int argc, char **argv)
{
    struct net_words w;
    const char *bad;
    int n = net_words_parse(&w, argc, argv, &bad);

    if (bad)
        give_up(bad, "wanted: NAME dhcp, or NAME ADDR/BITS");
    lwip_init();
    net_hasten_init();
    unsigned timeout = usrd_set_timeout(0);
    kern_return_t kr = net_frames_open(&w, &interface);
    usrd_set_timeout(timeout);
    if (kr != KERN_SUCCESS)
        give_up(w.device, usrd_error_text(kr));
    rings[n_rings++] = net_ring_of_nic();
    net_poll(be_patient, PATIENCE_MS);
    netif_set_status_callback(&interface, say_address);
    netif_set_default(&interface);
    netif_set_link_up(&interface);
    netif_set_up(&interface);
    if (!ip4_addr_isany_val(w.dns))
        dns_setserver(0, &w.dns);
    if (w.dhcp && dhcp_start(&interface) != ERR_OK)
        give_up("dhcp", "no memory");
    return n;
}

/* ---- The loop ---- */

void net_ring(struct usrd_ring *ring,
              void (*answered)(void *context,
                               const struct usrd_ring_result *result),
              void *context)
{
    if (n_rings > MOST)
        give_up("net_ring", "too many");
    servers[n_rings].answered = answered;
    servers[n_rings].context = context;
    rings[n_rings++] = ring;
}

static void run_poll(void *argument)
{
    struct poll *p = argument;

    sys_timeout(p->ms, run_poll, p);
    p->f();
}

void net_poll(void (*f)(void), unsigned ms)
{
    if (n_polls > MOST)
        give_up("net_poll", "too many");
    polls[n_polls] = (struct poll){f, ms};
    sys_timeout(ms, run_poll, &polls[n_polls++]);
}

static void serve_others(void)
{
    struct usrd_ring_result r;

    for (unsigned k = 1; k < n_rings; k++)
        for (unsigned n = 0; n < AT_A_TIME && usrd_ring_poll(rings[k], &r); n++)
            servers[k].answered(servers[k].context, &r);
}

void net_run(void)
{
    for (;;) {
        net_frames_poll(AT_A_TIME);
        serve_others();
        sys_check_timeouts();
        net_hasten_wait();
        u32_t ms = sys_timeouts_sleeptime();
        kern_return_t kr =
            usrd_ring_sleep(rings, n_rings, ms < SLEEP_MS ? ms : SLEEP_MS);
        if (kr == MACH_SEND_INVALID_DEST)
            give_up("a device", "it was removed");
    }
}
