/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The words of a program that speaks TCP/IP; see net.h. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* "10.0.2.15/24" */
static bool read_address(struct net_words *w, const char *word)
{
    char text[sizeof "255.255.255.255"];
    const char *slash = strchr(word, '/');
    size_t n = slash ? (size_t)(slash - word) : 0;
    char *end;

    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, word, n);
    text[n] = '\0';
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (end == slash + 1 || *end || bits == 0 || bits > 32)
        return false;
    w->mask.addr = lwip_htonl(0xffffffffu << (32 - bits));
    return ip4addr_aton(text, &w->address) != 0;
}

static bool read_mac(struct net_words *w, const char *word)
{
    char *end;

    for (unsigned n = 0; n < 6; n++, word = end + 1) {
        unsigned long byte = strtoul(word, &end, 16);
        if (end == word || byte > 0xff || *end != (n < 5 ? ':' : '\0'))
            return false;
        w->mac[n] = (uint8_t)byte;
    }
    w->has_mac = true;
    return (w->mac[0] & 1) == 0; /* not a group's */
}

enum reading { OURS, BAD, NOT_OURS };

static enum reading said(bool good)
{
    return good ? OURS : BAD;
}

static enum reading read_word(struct net_words *w, const char *word)
{
    if (strcmp(word, "dhcp") == 0)
        return said(w->dhcp = true);
    if (strncmp(word, "via=", 4) == 0)
        return said(ip4addr_aton(word + 4, &w->via));
    if (strncmp(word, "dns=", 4) == 0)
        return said(ip4addr_aton(word + 4, &w->dns));
    if (strncmp(word, "mac=", 4) == 0)
        return said(read_mac(w, word + 4));
    if (*word >= '0' && *word <= '9' && strchr(word, '/'))
        return said(read_address(w, word));
    return NOT_OURS;
}

int net_words_parse(struct net_words *w, int argc, char **argv,
                    const char **bad)
{
    int n = 2;

    *w = (struct net_words){.device = argc > 1 ? argv[1] : NULL};
    *bad = w->device ? NULL : "";
    for (; n < argc; n++) {
        enum reading r = read_word(w, argv[n]);
        if (r == NOT_OURS)
            break;
        if (r == BAD)
            *bad = argv[n];
    }
    if (!*bad && !w->dhcp && ip4_addr_isany_val(w->address))
        *bad = "dhcp"; /* or an address */
    return n;
}
