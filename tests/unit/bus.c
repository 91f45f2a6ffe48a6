/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A PCI bus of the test's own: what is found on it, what its BARs are, which
 * function a word means, what an owner may write. */
#include "bus.h"

#include <string.h>

#include "tap.h"

static struct slot {
    uint16_t at;
    uint8_t space[256], sticks[256]; /* which bits a write changes */
} slots[16];
static unsigned n_slots;

static struct slot *slot(uint16_t at)
{
    for (unsigned n = 0; n < n_slots; n++)
        if (slots[n].at == at)
            return &slots[n];
    return NULL;
}

uint32_t kx_config_read(uint16_t at, unsigned offset, unsigned width)
{
    uint32_t value = ~0u;
    if (slot(at))
        memcpy(&value, slot(at)->space + offset, width);
    return width == 4 ? value : value & ((1u << 8 * width) - 1);
}

void kx_config_write(uint16_t at, unsigned offset, unsigned width,
                     uint32_t value)
{
    struct slot *s = slot(at);
    for (unsigned n = 0; s && n < width; n++) {
        uint8_t *is = &s->space[offset + n], may = s->sticks[offset + n];
        *is = (uint8_t)((*is & ~may) | (value >> 8 * n & may));
    }
}

static void put(struct slot *s, unsigned offset, uint32_t value, unsigned width)
{
    memcpy(s->space + offset, &value, width);
}

static struct slot *add(uint16_t at, uint32_t id, uint32_t class)
{
    struct slot *s = &slots[n_slots++];
    memset(s, 0, sizeof *s);
    s->at = at;
    put(s, 0, id, 4);
    put(s, 8, class << 8, 4);
    s->sticks[4] = 7;
    return s;
}

static void bar(struct slot *s, unsigned n, uint32_t value, uint32_t size)
{
    put(s, 0x10 + 4 * n, value, 4);
    for (unsigned k = 0; k < 4; k++)
        s->sticks[0x10 + 4 * n + k] = (uint8_t)(-size >> 8 * k);
}

#define AT(bus, device, function) ((bus) << 8 | (device) << 3 | (function))
#define VIRTIO_BLK 0x10421af4u /* device, vendor: as the register has it */

static void build(void)
{
    struct slot *s;
    add(AT(0, 0, 0), 0x12378086, 0x060000);
    s = add(AT(0, 1, 0), 0x70008086, 0x060100);
    s->space[0x0e] = 0x80;
    s = add(AT(0, 1, 1), 0x70108086, 0x010180);
    bar(s, 4, 0xc041, 16);
    s = add(AT(0, 2, 0), VIRTIO_BLK, 0x010000);
    bar(s, 1, 0xfebd1000, 4096);
    bar(s, 4, 0xfe000004 | 0x8, 0x4000); /* 64 bits, prefetchable */
    put(s, 0x24, 0x1, 4);
    memset(s->sticks + 0x24, 0xff, 4);
    s->space[4] = 7;
    s->space[0x3c] = 11;
    s->space[0x3d] = 1;
    s->space[6] = 0x10; /* a list: MSI-X, the vendor's, and round again */
    s->space[0x34] = 0x98;
    put(s, 0x98, 0x11 | 0x84 << 8, 4);
    put(s, 0x84, 0x09 | 0x98 << 8 | 20 << 16, 4);
    s = add(AT(0, 3, 0), 0x00011b36, 0x060400); /* a bridge */
    s->space[0x0e] = 1;
    s->space[0x19] = 1;
    add(AT(1, 0, 0), VIRTIO_BLK, 0x010000);
    s = add(AT(1, 1, 0), 0x00011b36, 0x060400); /* back to its own bus */
    s->space[0x0e] = 1;
    s->space[0x19] = 1;
}

static const struct kx_function *found_at(const struct kx_function *f,
                                          unsigned n, uint16_t at)
{
    for (unsigned k = 0; k < n; k++)
        if (f[k].at == at)
            return &f[k];
    return NULL;
}

static void scanning(struct kx_function *f, unsigned n)
{
    OK(n == 7, "seven functions, and the loop of bridges ended: %u", n);
    const struct kx_function *ide = found_at(f, n, AT(0, 1, 1));
    OK(ide && ide->bars[4].io && ide->bars[4].first == 0xc040 &&
           ide->bars[4].size == 16,
       "a second function, with 16 ports");
    const struct kx_function *blk = found_at(f, n, AT(0, 2, 0));
    OK(blk && blk->vendor == 0x1af4 && blk->device == 0x1042 &&
           blk->class == 0x010000 && blk->line == 11 && blk->pin == 1,
       "ids, class, line");
    OK(blk->bars[1].first == 0xfebd1000 && blk->bars[1].size == 4096 &&
           !blk->bars[1].io && blk->bars[0].size == 0,
       "a BAR of memory, and one that is not there");
    OK(blk->bars[4].first == 0x1fe000000 && blk->bars[4].size == 0x4000 &&
           blk->bars[5].size == 0,
       "one of 64 bits takes two registers");
    OK(slot(AT(0, 2, 0))->space[4] == 7 &&
           kx_config_read(AT(0, 2, 0), 0x14, 4) == 0xfebd1000,
       "all is as it was afterwards");
    OK(found_at(f, n, AT(1, 0, 0)), "a function behind the bridge");
}

static void matching(struct kx_function *f, unsigned n)
{
    struct kx_pci_word id = {KX_PCI_ID, 0x1af41042, false};
    struct kx_pci_word class = {KX_PCI_CLASS, 0x010100, true};
    struct kx_pci_word exact = {KX_PCI_CLASS, 0x010100, false};
    struct kx_pci_word at = {KX_PCI_ADDRESS, AT(1, 0, 0), false};
    struct kx_pci_word bridge = {KX_PCI_ADDRESS, AT(0, 1, 0), false};
    int first = kx_bus_match(f, n, &id);

    OK(first >= 0 && f[first].at == AT(0, 2, 0), "the first of two alike");
    f[first].owner = 1;
    int second = kx_bus_match(f, n, &id);
    OK(second >= 0 && f[second].at == AT(1, 0, 0), "then the second");
    OK(kx_bus_match(f, n, &at) == second, "which its address means, too");
    f[second].owner = 1;
    OK(kx_bus_match(f, n, &id) < 0 && kx_bus_match(f, n, &at) < 0, "then none");
    OK(kx_bus_match(f, n, &class) >= 0, "a class of any interface");
    OK(kx_bus_match(f, n, &exact) < 0, "not with another interface");
    OK(kx_bus_match(f, n, &bridge) < 0, "nobody gets a bridge");
}

static void granting(const struct kx_function *blk)
{
    static struct kx_words w;
    OK(kx_bus_grant(blk, &w) && w.n_mmio == 2 && w.n_ioports == 0 &&
           w.mmio[0].first == 0xfebd1000 && w.mmio[0].last == 0xfebd1fff,
       "its BARs become grants");
    w.n_mmio = KX_MAX_RANGES - 1;
    OK(!kx_bus_grant(blk, &w), "or there are too many");
}

static void writing(void)
{
    static const struct {
        unsigned offset, width;
        uint32_t value;
        bool may;
        const char *what;
    } writes[] = {
        {0x04, 2, 0x0004, true, "decoding off"},
        {0x04, 2, 0x0007, true, "as it is"},
        {0x04, 2, 0x0003, false, "bus mastering off"},
        {0x04, 2, 0x0407, false, "INTx off"},
        {0x04, 4, 0x0007, false, "command and status at once"},
        {0x06, 2, 0xffff, true, "clearing status"},
        {0x10, 4, 0, false, "a BAR"},
        {0x24, 4, 0, false, "the upper half of a BAR"},
        {0x30, 4, 0, false, "the ROM"},
        {0x3c, 1, 5, false, "the interrupt line"},
        {0x0c, 1, 16, true, "the cache line size"},
        {0x88, 4, 1, true, "the vendor's capability"},
        {0x84, 4, 1, false, "but not its head"},
        {0x94, 4, 1, true, "up to its end"},
        {0x98, 4, 1, false, "not past it, where message interrupts are"},
        {0x9a, 2, 0x8000, false, "switching those on"},
        {0x40, 4, 1, false, "what no list names"},
        {0xfe, 4, 1, false, "across the end"},
        {0x89, 2, 1, false, "across registers"},
    };
    for (unsigned n = 0; n < sizeof writes / sizeof *writes; n++)
        OK(kx_config_allows(AT(0, 2, 0), writes[n].offset, writes[n].width,
                            writes[n].value) == writes[n].may,
           "%s: %s", writes[n].what, writes[n].may ? "may" : "may not");
    OK(!kx_config_allows(AT(0, 1, 1), 0x88, 4, 1),
       "without a list there is no vendor's capability");
}

int main(void)
{
    static struct kx_function found[KX_MAX_FUNCTIONS];
    build();
    unsigned n = kx_bus_scan(found);
    scanning(found, n);
    granting(found_at(found, n, AT(0, 2, 0)));
    matching(found, n);
    writing();
    return tap_end();
}
