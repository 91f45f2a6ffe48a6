/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of names: each is found again, once, and no other. */
#include "names.h"

#include "tap.h"

static char name[KX_MAX_NAMES_ALL + 1][16];

int main(void)
{
    unsigned found = 0, again = 0, apart = 0;

    OK(!kx_name_find("hello"), "nothing is there at first");
    for (unsigned n = 0; n <= KX_MAX_NAMES_ALL; n++)
        snprintf(name[n], sizeof name[n], "disk%u.%u", n / 256, n % 256);
    for (unsigned n = 0; n < KX_MAX_NAMES_ALL; n++)
        again += kx_name_enter(name[n]) != kx_name_enter(name[n]);
    EQ(again, 0, "a name that is entered again has one entry");
    for (unsigned n = 0; n < KX_MAX_NAMES_ALL; n++) {
        const struct kx_device *d = kx_name_find(name[n]);
        found += d && d->name == name[n] && kx_name_at(n) == d &&
                 kx_name_index(d) == n + 1;
        apart += !kx_name_find(name[n] + 1);
    }
    EQ(found, KX_MAX_NAMES_ALL, "all are found");
    EQ(apart, KX_MAX_NAMES_ALL, "the end of one is none");
    OK(!kx_name_enter(name[KX_MAX_NAMES_ALL]), "there is an end");
    OK(kx_name_enter(name[7]) == kx_name_at(7), "what was there still is");
    OK(!kx_name_at(KX_MAX_NAMES_ALL), "past the last is nothing");
    return tap_end();
}
