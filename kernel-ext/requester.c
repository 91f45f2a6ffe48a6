/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whose name a function's transfers carry, and what scopes are of. */
#include "requester.h"
#include "pci_regs.h"

static unsigned bus_of(uint16_t at)
{
    return at >> 8;
}

static unsigned below(uint16_t bridge)
{
    return kx_config_read(bridge, SECONDARY_BUS, 1);
}

/* What of PCI Express it is, or ~0 of conventional PCI. */
static unsigned express_type(uint16_t at)
{
    unsigned cap = 0;
    if (kx_config_read(at, STATUS, 2) & STATUS_CAPABILITIES)
        cap = kx_config_read(at, CAPABILITIES, 1) & 0xfc;
    for (unsigned n = 0; cap >= BODY && n < MAX_CAPS; n++) {
        if (kx_config_read(at, cap, 1) == CAP_EXPRESS)
            return EXPRESS_TYPE(kx_config_read(at, cap + 2, 2));
        cap = kx_config_read(at, cap + 1, 1) & 0xfc;
    }
    return ~0u;
}

/* The bridge that has the function's bus on its other side. */
static const struct kx_function *above(const struct kx_function found[],
                                       unsigned n, uint16_t at)
{
    for (unsigned k = 0; k < n; k++)
        if (found[k].header == HEADER_BRIDGE &&
            bus_of(found[k].at) < bus_of(at) &&
            below(found[k].at) == bus_of(at))
            return &found[k];
    return NULL;
}

/* A port of PCI Express lets names pass.  A bridge from it to conventional PCI
 * puts the first function of that bus in their place, or itself; any other
 * bridge itself (PCI Express to PCI/PCI-X Bridge 1.0, §2.3). */
unsigned kx_requesters(const struct kx_function found[], unsigned n,
                       uint16_t at, uint16_t names[KX_MAX_REQUESTERS])
{
    const struct kx_function *bridge;
    unsigned count = 1;
    names[0] = at;
    for (; (bridge = above(found, n, at)); at = bridge->at) {
        unsigned type = express_type(bridge->at);
        uint16_t name = bridge->at;
        if (type == EXPRESS_ROOT_PORT || type == EXPRESS_UPSTREAM ||
            type == EXPRESS_DOWNSTREAM)
            continue;
        if (count > KX_MAX_REQUESTERS - 2)
            count = KX_MAX_REQUESTERS - 2; /* those further up remain */
        names[count++] = name;
        if (type == EXPRESS_TO_PCI)
            names[count++] = (uint16_t)(below(name) << 8);
    }
    return count;
}

bool kx_scope_has(const struct kx_scope *s, uint16_t at)
{
    uint16_t here = (uint16_t)(s->bus << 8 | s->path[0]);
    for (unsigned n = 1; n < s->hops; n++) {
        unsigned bus = below(here);
        if (bus <= bus_of(here)) /* no bridge, or one that goes round */
            return false;
        here = (uint16_t)(bus << 8 | s->path[n]);
    }
    if (here == at)
        return true;
    return s->bridge && bus_of(at) >= below(here) && below(here) != 0 &&
           bus_of(at) <= kx_config_read(here, SUBORDINATE_BUS, 1);
}

bool kx_dmar_covers(const struct kx_dmar *d, uint16_t at)
{
    for (unsigned n = 0; n < d->n_units; n++) {
        const struct kx_unit *u = &d->units[n];
        if (u->segment != 0)
            continue;
        if (u->all)
            return true;
        for (unsigned k = 0; k < u->n; k++)
            if (kx_scope_has(&d->scopes[u->scope + k], at))
                return true;
    }
    return false;
}
