/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * nbd NIC dhcp|ADDR/BITS [...] [ro] DISK [rw] [DISK]...: block devices for
 * hosts, by the NBD protocol (its doc/proto.md), port 10809.  NIC and the
 * words after it are net_start()'s; `ro` is for the disks after it.
 *
 * Fixed newstyle handshake (EXPORT_NAME, ABORT, LIST, INFO, GO), simple replies,
 * structured ones to reads for who wants them; READ, WRITE, FLUSH, TRIM,
 * WRITE_ZEROES, DISC, FUA; several requests at a time, several connections.
 * Left out: TLS, metadata contexts and BLOCK_STATUS, CACHE, extended headers.
 *
 * qemu -nic user,model=virtio-net-pci,hostfwd=tcp::10809-:10809 */
#include <stdio.h>
#include <string.h>

#include "../net/net.h"
#include "nbd.h"

static struct nbd_export exports[NBD_EXPORTS];
static struct nbd_server server = {.exports = exports};

int main(int argc, char **argv)
{
    bool read_only = false;

    for (int n = net_start(argc, argv); n < argc; n++) {
        if (strcmp(argv[n], "ro") == 0 || strcmp(argv[n], "rw") == 0)
            read_only = argv[n][1] == 'o';
        else if (server.n_exports == NBD_EXPORTS || strlen(argv[n]) >= NBD_NAME)
            return printf("%s: not more than %u disks\n", argv[n], NBD_EXPORTS);
        else if (disk_open(&exports[server.n_exports++], argv[n], read_only))
            continue;
        else
            return 1;
    }
    server.line = connection_line;
    connection_listen(&server);
    net_run();
}
