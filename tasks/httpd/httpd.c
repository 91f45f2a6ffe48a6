/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * httpd NET-WORDS [port=N] [patience=SECONDS]: a web server in front of kernel-ext's tables.  What
 * it may know and do is in its module line: operator=read or operator=yes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../net/net.h"
#include "answer.h"
#include "connection.h"

/* KEY=N of 1 to MOST; 0: it is not that. */
static unsigned word(const char *text, const char *key, unsigned most)
{
    size_t n = strlen(key);
    char *end;

    if (strncmp(text, key, n) != 0)
        return 0;
    unsigned long value = strtoul(text + n, &end, 10);
    return *end == '\0' && value <= most ? (unsigned)value : 0;
}

int main(int argc, char **argv)
{
    unsigned port = 80, patience = 10, n;

    for (int at = net_start(argc, argv); at < argc; at++) {
        if ((n = word(argv[at], "port=", 65535)) > 0) {
            port = n;
        } else if ((n = word(argv[at], "patience=", 3600)) > 0) {
            patience = n;
        } else {
            printf("not a word of it: %s\n", argv[at]);
            return 1;
        }
    }
    answer_init(argv[0]);
    if (!connections_listen(port, patience * 1000)) {
        printf("port %u cannot be had\n", port);
        return 1;
    }
    net_run();
}
