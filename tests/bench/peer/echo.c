/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A UDP echo on port 7 of eth0, as plain as one is: recvfrom, sendto.  The
 * host keeps so many datagrams of a size in flight (../wire.py), and their
 * source port says which kind they are of. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

#define OWN "10.0.7.15"
#define HOST "10.0.7.2"
#define PORT 7
#define SOURCE_PORT 10000 /* and the number of the kind */

static const uint8_t host_mac[6] = {0x52, 0x54, 0, 0, 7, 2};
static int echo_socket;
static uint16_t source; /* what a round counts, */
static ssize_t bytes;   /* in network order, and of this size */

static struct sockaddr_in address(const char *text, uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = inet_addr(text)};
}

static void start(void)
{
    const struct sockaddr_in own = address(OWN, PORT),
                             mask = address("255.255.255.0", 0),
                             host = address(HOST, 0);
    struct ifreq eth = {.ifr_name = "eth0"};
    struct arpreq arp = {.arp_flags = ATF_COM | ATF_PERM, .arp_dev = "eth0"};

    echo_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    memcpy(&eth.ifr_addr, &own, sizeof own);
    if (echo_socket < 0 || ioctl(echo_socket, SIOCSIFADDR, &eth))
        peer_die("the address of eth0");
    memcpy(&eth.ifr_netmask, &mask, sizeof mask);
    if (ioctl(echo_socket, SIOCSIFNETMASK, &eth))
        peer_die("the mask of eth0");
    eth.ifr_flags = IFF_UP;
    if (ioctl(echo_socket, SIOCSIFFLAGS, &eth))
        peer_die("eth0");
    memcpy(&arp.arp_pa, &host, sizeof host);
    memcpy(arp.arp_ha.sa_data, host_mac, sizeof host_mac);
    if (ioctl(echo_socket, SIOCSARP, &arp))
        peer_die("the host's address");
    if (bind(echo_socket, (const struct sockaddr *)&own, sizeof own))
        peer_die("port 7");
}

static void echo(unsigned ops)
{
    static char data[2048];

    while (ops) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = recvfrom(echo_socket, data, sizeof data, 0,
                             (struct sockaddr *)&from, &length);
        if (n < 0 || sendto(echo_socket, data, (size_t)n, 0,
                            (const struct sockaddr *)&from, length) != n)
            peer_die("echo");
        ops -= n == bytes && from.sin_port == source;
    }
}

static void measure(unsigned size, unsigned in_flight, unsigned ops)
{
    static uint16_t kind;
    char name[64];

    bytes = size;
    source = htons((uint16_t)(SOURCE_PORT + kind++));
    snprintf(name, sizeof name, "linux.echo_%u.in_flight_%u", size, in_flight);
    soak_measure(name, echo, ops);
}

void echo_measure(void)
{
    start();
    printf("bench echo ready\n");
    measure(64, 1, 300);
    measure(64, 16, 1600);
    measure(1472, 1, 300);
    measure(1472, 16, 1600);
}
