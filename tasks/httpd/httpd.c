/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * httpd NET-WORDS [port=N]: a web server in front of kernel-ext's tables.  What
 * it may know and do is in its module line: operator=read or operator=yes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../net/net.h"
#include "answer.h"
#include "connection.h"

int main(int argc, char **argv)
{
    unsigned long port = 80;

    for (int at = net_start(argc, argv); at < argc; at++) {
        char *end = "x";
        if (strncmp(argv[at], "port=", 5) == 0)
            port = strtoul(argv[at] + 5, &end, 10);
        if (*end || port == 0 || port > 65535) {
            printf("not a word of it: %s\n", argv[at]);
            return 1;
        }
    }
    answer_init(argv[0]);
    if (!connections_listen((unsigned)port)) {
        printf("port %lu cannot be had\n", port);
        return 1;
    }
    net_run();
}
