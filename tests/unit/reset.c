/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stopping and resetting a function, against devices that do not all do as
 * they are told. */
#include "reset.h"
#include "bus.h"
#include "pci_regs.h"

#include <string.h>

#include "tap.h"

#define AT 0x0108
#define EXPRESS 0x80
#define AF 0x60
#define ID 0x10441af4u
#define BAR 0xfe800004u
#define DEVCTL 0x2810u

enum kind { PLAIN, WITH_EXPRESS, WITH_AF };

static struct device {
    enum kind kind;
    bool resets;      /* it says that it can */
    bool reset_helps; /* and it does what it should */
    bool masters_on;  /* its bus master bit cannot be cleared */
    unsigned busy;    /* looks until no transfer is pending; ~0: never */
    bool vanishes;    /* does not come back from a reset */
    bool list_loops;  /* its capabilities go round */
    uint8_t space[256];
    bool resetting;         /* now: until 100 ms have passed */
    unsigned touched, done; /* while it was; resets */
} dev;

static void put(unsigned offset, uint32_t value, unsigned width)
{
    memcpy(dev.space + offset, &value, width);
}

static uint32_t get(unsigned offset, unsigned width)
{
    uint32_t value = 0;
    memcpy(&value, dev.space + offset, width);
    return value;
}

static void plug(const struct device *d)
{
    dev = *d;
    put(VENDOR, ID, 4);
    put(COMMAND, COMMAND_IO | COMMAND_MEMORY | COMMAND_MASTER, 2);
    put(STATUS, d->kind == PLAIN ? 0 : STATUS_CAPABILITIES, 2);
    put(BAR0, BAR, 4);
    put(BAR0 + 4, 0x1, 4);
    put(ROM, 0xfea00000, 4);
    put(CACHE_LINE, 16, 1);
    put(LATENCY, 64, 1);
    put(LINE, 11, 1);
    /* Another's capability comes first. */
    put(CAPABILITIES, 0x40, 1);
    put(0x40, 0x05, 1);
    put(0x41, dev.list_loops ? 0x40 : d->kind == WITH_AF ? AF : EXPRESS, 1);
    if (d->kind == WITH_EXPRESS) {
        put(EXPRESS, CAP_EXPRESS, 1);
        put(EXPRESS + EXPRESS_CAPS, d->resets ? EXPRESS_RESETS : 0, 4);
        put(EXPRESS + EXPRESS_CONTROL, DEVCTL, 2);
    } else if (d->kind == WITH_AF) {
        put(AF, CAP_AF, 1);
        put(AF + AF_CAPS, 0x1 | (d->resets ? AF_RESETS : 0), 1);
    }
}

static void reset(void)
{
    dev.done++;
    dev.resetting = true;
    if (!dev.reset_helps)
        return;
    dev.masters_on = false;
    dev.busy = 0;
    put(COMMAND, 0, 2);
    memset(dev.space + BAR0, 0, 24);
    put(ROM, 0, 4);
    put(CACHE_LINE, 0, 1);
    put(LATENCY, 0, 1);
    put(LINE, 0, 1);
    if (dev.kind == WITH_EXPRESS)
        put(EXPRESS + EXPRESS_CONTROL, 0x2010, 2);
}

static void after_100ms(void)
{
    dev.resetting = false;
    if (dev.vanishes && dev.done)
        memset(dev.space, 0xff, sizeof dev.space);
}

uint32_t kx_config_read(uint16_t at, unsigned offset, unsigned width)
{
    bool busy = false;
    dev.touched += dev.resetting || at != AT;
    if ((dev.kind == WITH_EXPRESS && offset == EXPRESS + EXPRESS_STATUS) ||
        (dev.kind == WITH_AF && offset == AF + AF_STATUS)) {
        busy = dev.busy > 0;
        if (busy && dev.busy != ~0u)
            dev.busy--;
        return !busy ? 0 : dev.kind == WITH_AF ? AF_PENDING : EXPRESS_PENDING;
    }
    return get(offset, width);
}

void kx_config_write(uint16_t at, unsigned offset, unsigned width,
                     uint32_t value)
{
    dev.touched += dev.resetting || at != AT;
    if (offset == COMMAND && dev.masters_on)
        value |= COMMAND_MASTER;
    if (dev.kind == WITH_EXPRESS && offset == EXPRESS + EXPRESS_CONTROL) {
        put(offset, value & ~EXPRESS_RESET, width);
        if (value & EXPRESS_RESET && dev.resets)
            reset();
    } else if (dev.kind == WITH_AF && offset == AF + AF_CONTROL) {
        if (value & AF_RESET && dev.resets)
            reset();
    } else if (offset != VENDOR) {
        put(offset, value, width);
    }
}

static void as_before(void)
{
    EQ(get(BAR0, 4), BAR, "its BAR is as it was");
    EQ(get(BAR0 + 4, 4), 1, "and the upper half");
    EQ(get(ROM, 4), 0xfea00000, "the ROM's");
    EQ(get(CACHE_LINE, 1), 16, "the cache line");
    EQ(get(LATENCY, 1), 64, "the latency");
    EQ(get(LINE, 1), 11, "the interrupt line");
    EQ(get(COMMAND, 2), COMMAND_IO | COMMAND_MEMORY | COMMAND_NO_INTX,
       "it decodes, and neither masters the bus nor interrupts");
    if (dev.kind == WITH_EXPRESS)
        EQ(get(EXPRESS + EXPRESS_CONTROL, 2), DEVCTL, "its device control");
}

static const struct {
    const char *what;
    struct device is;
    bool stops, can, helps;
} cases[] = {
    {"a plain function", {.kind = PLAIN}, true, false, true},
    {"one that ignores bus mastering off",
     {.kind = PLAIN, .masters_on = true},
     false,
     false,
     false},
    {"the same, with a reset that helps",
     {.kind = WITH_EXPRESS,
      .masters_on = true,
      .resets = true,
      .reset_helps = true},
     false,
     true,
     true},
    {"the same, with one that does not",
     {.kind = WITH_EXPRESS, .masters_on = true, .resets = true},
     false,
     true,
     false},
    {"PCI Express, idle", {.kind = WITH_EXPRESS}, true, false, true},
    {"one that is soon idle",
     {.kind = WITH_EXPRESS, .busy = 20},
     true,
     false,
     true},
    {"one that is idle in a while",
     {.kind = WITH_EXPRESS, .busy = 120},
     false,
     false,
     true},
    {"one whose transfers stay pending",
     {.kind = WITH_EXPRESS, .busy = ~0u},
     false,
     false,
     false},
    {"the same, with a reset that helps",
     {.kind = WITH_EXPRESS, .busy = ~0u, .resets = true, .reset_helps = true},
     false,
     true,
     true},
    {"the same, with one that does not",
     {.kind = WITH_EXPRESS, .busy = ~0u, .resets = true},
     false,
     true,
     false},
    {"one that does not come back from its reset",
     {.kind = WITH_EXPRESS,
      .resets = true,
      .reset_helps = true,
      .vanishes = true},
     true,
     true,
     false},
    {"conventional PCI with Advanced Features",
     {.kind = WITH_AF, .busy = ~0u, .resets = true, .reset_helps = true},
     false,
     true,
     true},
    {"Advanced Features without a reset",
     {.kind = WITH_AF, .busy = ~0u},
     false,
     false,
     false},
    {"capabilities that go round",
     {.kind = WITH_EXPRESS, .list_loops = true, .busy = ~0u},
     true,
     false,
     true},
};

/* As quiesce.c does it. */
static void one(unsigned n)
{
    struct kx_settings was;
    plug(&cases[n].is);
    OK(kx_function_stop(AT) == cases[n].stops, "%s: it %s", cases[n].what,
       cases[n].stops ? "stops" : "does not stop");
    bool can = kx_reset_there(AT);
    OK(can == cases[n].can, "it can%s be reset", cases[n].can ? "" : "not");
    if (can)
        kx_reset_begin(AT, &was);
    EQ(dev.touched, 0, "nobody touches it meanwhile");
    after_100ms();
    OK((can ? kx_reset_end(AT, &was) : kx_function_stop(AT)) == cases[n].helps,
       "afterwards it has%s stopped", cases[n].helps ? "" : " not");
    EQ(dev.done, can, "resets");
    if (can && cases[n].helps)
        as_before();
}

int main(void)
{
    for (unsigned n = 0; n < sizeof cases / sizeof *cases; n++)
        one(n);
    return tap_end();
}
