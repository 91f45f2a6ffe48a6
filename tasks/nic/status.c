/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What can be asked of a network device, and set: the flavors of
 * <device/net_status.h>, and USRD_NET_INFO. */
#include "class.h"

/* Of the interface, as BSD numbers them. */
#define FLAG_UP 0x1
#define FLAG_BROADCAST 0x2
#define FLAG_RUNNING 0x40
#define FLAG_PROMISCUOUS 0x100
#define FLAG_MULTICAST 0x1000

#define ADDRESS_WORDS 2u

/* In Mach's status a word has its bytes in the network's order. */
static int swapped(int word)
{
    return (int)__builtin_bswap32((uint32_t)word);
}

static void get_address(const struct nic_client *c, int *words)
{
    int raw[ADDRESS_WORDS] = {0};

    memcpy(raw, c->address, sizeof c->address);
    for (unsigned n = 0; n < ADDRESS_WORDS; n++)
        words[n] = swapped(raw[n]);
}

static int flags(const struct nic_client *c)
{
    return FLAG_UP | FLAG_BROADCAST | FLAG_MULTICAST |
           (nic.link ? FLAG_RUNNING : 0) | (c->greedy ? FLAG_PROMISCUOUS : 0);
}

static void get_info(const struct nic_client *c, int *words)
{
    const unsigned info[USRD_NET_INFO_WORDS] = {
        [USRD_NET_INFO_MTU] = nic.device->mtu,
        [USRD_NET_INFO_FEATURES] = nic.device->features,
        [USRD_NET_INFO_LINK] = nic.link,
        [USRD_NET_INFO_PRIMARY] = nic.primary == c,
        [USRD_NET_INFO_RECEIVED] = nic.received,
        [USRD_NET_INFO_SENT] = nic.sent,
        [USRD_NET_INFO_NOBODY] = nic.nobody,
        [USRD_NET_INFO_MY_RECEIVED] = c->received,
        [USRD_NET_INFO_MY_SENT] = c->sent,
        [USRD_NET_INFO_MY_MISSED] = c->missed,
        [USRD_NET_INFO_MY_BAD] = c->bad,
    };

    memcpy(words, info, sizeof info);
}

static void get_net_status(const struct nic_client *c, int *words)
{
    struct net_status *s = (struct net_status *)words;

    *s = (struct net_status){
        .min_packet_size = USRD_NET_HEADER,
        .max_packet_size = (int)nic_frame_max(),
        .header_format = HDR_ETHERNET,
        .header_size = USRD_NET_HEADER,
        .address_size = USRD_NET_ADDRESS,
        .flags = flags(c),
    };
}

kern_return_t nic_get_status(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, dev_status_t status,
                             natural_t *count)
{
    static const struct {
        dev_flavor_t flavor;
        unsigned words;
    } sizes[] = {
        {NET_STATUS, NET_STATUS_COUNT},
        {NET_ADDRESS, ADDRESS_WORDS},
        {NET_FLAGS, 1},
        {USRD_NET_INFO, USRD_NET_INFO_WORDS},
    };
    natural_t room = *count;

    (void)driver;
    *count = 0;
    for (unsigned n = 0; n < sizeof sizes / sizeof *sizes; n++)
        if (sizes[n].flavor == flavor)
            *count = sizes[n].words;
    if (*count == 0)
        return D_INVALID_OPERATION;
    if (room < *count)
        return D_INVALID_SIZE;
    switch (flavor) {
    case NET_STATUS:
        get_net_status(context, status);
        break;
    case NET_ADDRESS:
        get_address(context, status);
        break;
    case NET_FLAGS:
        *status = flags(context);
        break;
    default:
        get_info(context, status);
    }
    return KERN_SUCCESS;
}

/* ---- Set ---- */

static kern_return_t set_address(struct nic_client *c, const int *words,
                                 natural_t count)
{
    static const uint8_t none[USRD_NET_ADDRESS];
    uint8_t address[USRD_NET_ADDRESS];
    int raw[ADDRESS_WORDS];

    if (count != ADDRESS_WORDS)
        return D_INVALID_SIZE;
    for (unsigned n = 0; n < ADDRESS_WORDS; n++)
        raw[n] = swapped(words[n]);
    memcpy(address, raw, sizeof address);
    if ((address[0] & 1) || memcmp(address, none, sizeof none) == 0)
        return D_INVALID_OPERATION; /* a group's, or nobody's */
    memcpy(c->address, address, sizeof address);
    c->other = memcmp(address, nic.device->address, sizeof address) != 0;
    return KERN_SUCCESS;
}

static kern_return_t set_flags(struct nic_client *c, const int *words,
                               natural_t count)
{
    if (count != 1)
        return D_INVALID_SIZE;
    c->greedy = (*words & FLAG_PROMISCUOUS) != 0;
    return KERN_SUCCESS;
}

kern_return_t nic_set_status(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, dev_status_t status,
                             natural_t count)
{
    kern_return_t kr = D_INVALID_OPERATION;

    (void)driver;
    if (flavor == NET_ADDRESS)
        kr = set_address(context, status, count);
    else if (flavor == NET_FLAGS)
        kr = set_flags(context, status, count);
    if (kr == KERN_SUCCESS)
        nic_clients_changed();
    return kr;
}
