/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Functions behind bridges: under which numbers a remapping unit sees them, and
 * what the firmware's scopes are of. */
#include "requester.h"

#include "tap.h"

#define AT(bus, device, function) ((bus) << 8 | (device) << 3 | (function))
#define CONVENTIONAL 0xff

static struct slot {
    uint16_t at;
    uint8_t header, below, last, express; /* its type, or CONVENTIONAL */
} slots[] = {
    {AT(0, 2, 0), 0, 0, 0, CONVENTIONAL}, /* on the root bus */
    {AT(0, 3, 0), 1, 1, 1, 0x4},          /* a root port, */
    {AT(1, 0, 0), 0, 0, 0, 0x0},          /* and behind it */
    {AT(0, 4, 0), 1, 2, 3, 0x4},          /* another, with */
    {AT(2, 0, 0), 1, 3, 3, 0x7},          /* a bridge to PCI, */
    {AT(3, 1, 0), 0, 0, 0, CONVENTIONAL}, /* and behind that */
    {AT(3, 2, 0), 0, 0, 0, CONVENTIONAL},
    {AT(0, 5, 0), 1, 4, 5, CONVENTIONAL}, /* a bridge of old, */
    {AT(4, 0, 0), 0, 0, 0, CONVENTIONAL},
    {AT(4, 1, 0), 1, 5, 5, CONVENTIONAL}, /* and another one */
    {AT(5, 7, 3), 0, 0, 0, CONVENTIONAL},
};
#define N (sizeof slots / sizeof *slots)

uint32_t kx_config_read(uint16_t at, unsigned offset, unsigned width)
{
    (void)width;
    for (unsigned n = 0; n < N; n++) {
        const struct slot *s = &slots[n];
        if (s->at != at)
            continue;
        switch (offset) {
        case 0x06:
            return s->express == CONVENTIONAL ? 0 : 0x10;
        case 0x19:
            return s->below;
        case 0x1a:
            return s->last;
        case 0x34:
            return 0x80;
        case 0x80:
            return 0x05; /* something else first */
        case 0x81:
            return 0x90;
        case 0x90:
            return 0x10;
        case 0x91:
            return 0x80; /* and round again */
        case 0x92:
            return (uint32_t)s->express << 4;
        default:
            return 0;
        }
    }
    return ~0u;
}

void kx_config_write(uint16_t at, unsigned offset, unsigned width,
                     uint32_t value)
{
    (void)at, (void)offset, (void)width, (void)value;
}

static struct kx_function found[N];
static uint16_t names[KX_MAX_REQUESTERS];

static uint16_t last(uint16_t at)
{
    return names[kx_requesters(found, N, at, names) - 1];
}

static bool among(uint16_t at, uint16_t name)
{
    for (unsigned n = kx_requesters(found, N, at, names); n > 0; n--)
        if (names[n - 1] == name)
            return true;
    return false;
}

static void requesters(void)
{
    EQ(kx_requesters(found, N, AT(0, 2, 0), names), 1, "one name");
    EQ(names[0], AT(0, 2, 0), "its own");
    EQ(last(AT(1, 0, 0)), AT(1, 0, 0), "its own through a port");
    EQ(last(AT(3, 1, 0)), AT(3, 0, 0),
       "that of the bus behind a bridge to conventional PCI");
    OK(among(AT(3, 1, 0), AT(3, 1, 0)) && among(AT(3, 1, 0), AT(2, 0, 0)),
       "or its own, or the bridge's");
    EQ(last(AT(3, 2, 0)), last(AT(3, 1, 0)), "as its neighbour's");
    EQ(last(AT(4, 0, 0)), AT(0, 5, 0), "that of an old bridge");
    EQ(last(AT(5, 7, 3)), AT(0, 5, 0), "of the uppermost");
    OK(among(AT(5, 7, 3), AT(5, 7, 3)), "or its own");
}

static void scopes(void)
{
    const struct kx_scope end = {false, 0, 1, {2 << 3}},
                          through = {false, 0, 3, {4 << 3, 0, 2 << 3}},
                          all = {true, 0, 1, {4 << 3}},
                          nowhere = {false, 0, 2, {2 << 3, 0}},
                          absent = {true, 0, 2, {9 << 3, 0}};
    OK(kx_scope_has(&end, AT(0, 2, 0)) && !kx_scope_has(&end, AT(0, 3, 0)),
       "one function");
    OK(kx_scope_has(&through, AT(3, 2, 0)) &&
           !kx_scope_has(&through, AT(3, 1, 0)),
       "one behind two bridges");
    OK(kx_scope_has(&all, AT(0, 4, 0)) && kx_scope_has(&all, AT(2, 0, 0)) &&
           kx_scope_has(&all, AT(3, 1, 0)) &&
           !kx_scope_has(&all, AT(1, 0, 0)) && !kx_scope_has(&all, AT(4, 0, 0)),
       "a bridge and all behind it");
    for (unsigned n = 0; n < N; n++)
        if (kx_scope_has(&nowhere, slots[n].at) ||
            kx_scope_has(&absent, slots[n].at))
            OK(false, "a path through what is no bridge");
    struct kx_dmar d = {.n_units = 1, .n_scopes = 1, .scopes = {all}};
    d.units[0].n = 1;
    OK(kx_dmar_covers(&d, AT(3, 1, 0)) && !kx_dmar_covers(&d, AT(0, 2, 0)),
       "a unit has what its scopes have");
    d.units[0].all = true;
    OK(kx_dmar_covers(&d, AT(0, 2, 0)), "or all");
    d.units[0].segment = 1;
    OK(!kx_dmar_covers(&d, AT(0, 2, 0)), "but not of another segment");
}

int main(void)
{
    for (unsigned n = 0; n < N; n++)
        found[n] =
            (struct kx_function){.at = slots[n].at, .header = slots[n].header};
    requesters();
    scopes();
    return tap_end();
}
