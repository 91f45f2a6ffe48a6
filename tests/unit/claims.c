/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the machine keeps, and what another line holds; each denial beside
 * its neighbour, which is granted. */
#include "claims.h"

#include "module_line.h"
#include "tap.h"

static const struct kx_machine machine = {
    .com1 = true,
    .com2 = true,
    .pci_lines = 1 << 10 | 1 << 11,
    .ram_top = 0x1ffe0000,
    .n_reserved = 1,
    .reserved = {{0xfeb10000, 0xfeb10fff}},
    .n_reserved_ports = 1,
    .reserved_ports = {{0x501, 0x501}},
};
static const struct kx_machine bare = {.ram_top = 0x1ffe0000};

/* The second of two lines; the first may be NULL.  Only parsed lines come
 * here. */
static struct line a, b;

static bool check(const char *first, const char *second,
                  const struct kx_machine *m, struct kx_fault *f)
{
    const struct kx_words *lines[2] = {&a.w, &b.w};
    bool accepted[2] = {first != NULL, false};

    memset(f, 0, sizeof *f);
    if ((first != NULL && !line_read(&a, first)) || !line_read(&b, second)) {
        printf("# the test's own line is bad: '%s' '%s'\n", first, second);
        f->why[0] = '!';
        return false;
    }
    return kx_claims_check(lines, accepted, 1, m, f);
}

static void granted(const char *words, const struct kx_machine *m)
{
    char text[128];
    struct kx_fault f;

    snprintf(text, sizeof text, "t %s", words);
    if (!OK(check(NULL, text, m, &f), "%s is granted", words))
        printf("# %s: %s\n", f.word, f.why);
}

static void denied(const char *words, const struct kx_machine *m,
                   const char *why)
{
    char text[128];
    struct kx_fault f;
    bool refused;

    snprintf(text, sizeof text, "t %s", words);
    refused = !check(NULL, text, m, &f);
    if (!OK(refused && strcmp(f.word, words) == 0 && strstr(f.why, why) != NULL,
            "%s is refused: %s", words, why))
        printf("# %s: %s\n", f.word, f.why);
}

static void check_ports(void)
{
    static const struct {
        unsigned first, last;
        const char *why;
    } kept[] = {
        {0x00, 0x0f, "DMA"},          {0x20, 0x21, "interrupt"},
        {0x40, 0x43, "timer"},        {0x60, 0x60, "keyboard"},
        {0x61, 0x61, "timer"},        {0x64, 0x64, "keyboard"},
        {0x80, 0x8f, "DMA"},          {0xa0, 0xa1, "interrupt"},
        {0xc0, 0xdf, "DMA"},          {0x2f8, 0x2ff, "COM2"},
        {0x3f8, 0x3ff, "COM1"},       {0x4d0, 0x4d1, "interrupt"},
        {0x501, 0x501, "kernel-ext"}, {0xcf8, 0xcff, "PCI"},
    };
    char words[64];

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        /* Each end of it, all of it, and a range that reaches into it. */
        snprintf(words, sizeof words, "ioports=0x%x-0x%x", kept[i].first,
                 kept[i].first);
        denied(words, &machine, kept[i].why);
        snprintf(words, sizeof words, "ioports=0x%x-0x%x", kept[i].last,
                 kept[i].last);
        denied(words, &machine, kept[i].why);
        snprintf(words, sizeof words, "ioports=0x%x-0x%x", kept[i].first,
                 kept[i].last);
        denied(words, &machine, kept[i].why);
        /* 0x60 and 0x61 are neighbours of two owners. */
        if (kept[i].first > 0 && kept[i].first != 0x61) {
            snprintf(words, sizeof words, "ioports=0x%x-0x%x",
                     kept[i].first - 1, kept[i].first);
            denied(words, &machine, kept[i].why);
            snprintf(words, sizeof words, "ioports=0x%x-0x%x",
                     kept[i].first - 1, kept[i].first - 1);
            granted(words, &machine);
        }
        if (kept[i].last != 0x60) {
            snprintf(words, sizeof words, "ioports=0x%x-0x%x", kept[i].last + 1,
                     kept[i].last + 1);
            granted(words, &machine);
        }
    }
    granted("ioports=0x70-0x71", &machine);
    granted("ioports=0x2e8-0x2ef", &machine);
    granted("ioports=0x2f8-0x2ff", &bare);
    granted("ioports=0x3f8-0x3ff", &bare);
    granted("ioports=0x501-0x501", &bare);
    denied("ioports=0x0-0xffff", &bare, "reserved");
}

static void check_lines(void)
{
    denied("irq=0", &machine, "clock");
    denied("irq=1", &machine, "keyboard");
    denied("irq=2", &machine, "interrupt controller");
    denied("irq=3", &machine, "COM2");
    denied("irq=4", &machine, "COM1");
    denied("irq=10", &machine, "pci=");
    denied("irq=11", &machine, "pci=");
    denied("irq=13", &machine, "FPU");
    denied("irq=0", &bare, "clock");
    denied("irq=13", &bare, "FPU");
    granted("irq=5", &machine);
    granted("irq=8", &machine);
    granted("irq=12", &machine);
    granted("irq=3", &bare);
    granted("irq=4", &bare);
    granted("irq=10", &bare);
}

static void check_memory(void)
{
    denied("mmio=0x0+0x1000", &machine, "RAM");
    denied("mmio=0x9f000+0x2000", &machine, "RAM");
    granted("mmio=0xa0000+0x20000", &machine);
    granted("mmio=0xff000+0x1000", &machine);
    denied("mmio=0xff000+0x2000", &machine, "RAM");
    denied("mmio=0x100000+0x1000", &machine, "RAM");
    denied("mmio=0x1ffdf000+0x1000", &machine, "RAM");
    granted("mmio=0x1ffe0000+0x1000", &machine);
    denied("mmio=0xfec00000+0x1000", &machine, "IO-APIC");
    granted("mmio=0xfec01000+0x1000", &machine);
    denied("mmio=0xfee00000+0x1000", &machine, "local APIC");
    denied("mmio=0xfedff000+0x2000", &machine, "local APIC");
    granted("mmio=0xfedff000+0x1000", &machine);
    denied("mmio=0xfed90000+0x1000", &machine, "IOMMU");
    denied("mmio=0xfed93000+0x1000", &machine, "IOMMU");
    granted("mmio=0xfed8f000+0x1000", &machine);
    granted("mmio=0xfed94000+0x1000", &machine);
    denied("mmio=0xfeb10000+0x1000", &machine, "machine");
    granted("mmio=0xfeb11000+0x1000", &machine);
    granted("mmio=0xfeb10000+0x1000", &bare);
    granted("mmio=0xfed00000+0x1000", &machine);
}

/* What a second line may have beside a first one, called uart. */
static const struct {
    const char *first, *second, *word; /* NULL: granted */
} pairs[] = {
    {"ioports=0x2e8-0x2ef", "ioports=0x2ef-0x2f0", "ioports=0x2ef-0x2f0"},
    {"ioports=0x2e8-0x2ef", "ioports=0x2e7-0x2e8", "ioports=0x2e7-0x2e8"},
    {"ioports=0x2e8-0x2ef", "ioports=0x200-0x300", "ioports=0x200-0x300"},
    {"ioports=0x2e8-0x2ef", "ioports=0x2e0-0x2e7", NULL},
    {"ioports=0x2e8-0x2ef", "ioports=0x2f0-0x2f7", NULL},
    {"irq=5", "irq=5", "irq=5"},
    {"irq=5", "irq=7", NULL},
    {"irq=5 irq=7", "irq=6 irq=7", "irq=7"},
    {"mmio=0xfed00000+8K", "mmio=0xfed01000+4K", "mmio=0xfed01000+0x1000"},
    {"mmio=0xfed00000+8K", "mmio=0xfed02000+4K", NULL},
    {"pci=8086:10d3", "pci=8086:10d3", "pci=8086:10d3"},
    {"pci=8086:10d3", "pci=8086:10d4", NULL},
    {"pci=class:0200", "pci=class:0200", "pci=class:0200"},
    {"pci=class:010802", "pci=class:010802", "pci=class:010802"},
    {"pci=class:010800", "pci=class:0108", NULL},
    {"pci=00:1f.2", "pci=00:1f.2", "pci=00:1f.2"},
    {"pci=00:1f.2", "pci=00:1f.3", NULL},
    {"provides=a,b", "provides=c,b", "provides=b"},
    {"provides=a,b", "provides=c", NULL},
    {"provides=t", "", "provides=t"},
    {"", "provides=uart", "provides=uart"},
    {"provides=n instances=2", "provides=n.1", "provides=n.1"},
    {"provides=n instances=2", "provides=n.3", NULL},
    {"provides=n instances=2", "provides=n.01", NULL},
    {"provides=n instances=2", "provides=n", NULL},
    {"provides=n instances=2", "provides=n instances=3", "provides=n"},
    {"provides=n.2", "provides=n instances=2", "provides=n"},
    {"kdev=console", "kdev=console", NULL},
};

static void check_pairs(void)
{
    char first[128], second[128];
    struct kx_fault f;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        bool good;

        snprintf(first, sizeof first, "uart %s", pairs[i].first);
        snprintf(second, sizeof second, "t %s", pairs[i].second);
        good = check(first, second, &bare, &f);
        if (pairs[i].word == NULL)
            good = OK(good, "[%s] beside [%s]", second, first);
        else
            good = OK(!good && strcmp(f.word, pairs[i].word) == 0 &&
                          strcmp(f.why, "also held by uart") == 0,
                      "[%s] not beside [%s]", second, first);
        if (!good)
            printf("# %s: %s\n", f.word, f.why);
    }
}

static void check_names(void)
{
    struct kx_fault f;
    const struct kx_words *lines[2] = {&a.w, &b.w};
    bool refused_first[2] = {false, false};

    OK(!check("uart provides=a", "uart provides=b", &bare, &f) &&
           strcmp(f.why, "another line has this name") == 0,
       "two lines of one name");
    OK(!check("d.2 provides=a", "d provides=b instances=2", &bare, &f),
       "an instance of another line's name");
    OK(!check(NULL, "kernel-ext", &bare, &f), "kernel-ext is no task's name");
    OK(!check(NULL, "guard", &bare, &f), "nor is guard");
    OK(check(NULL, "guard2", &bare, &f), "guard2 is");
    OK(!check(NULL, "t provides=console", &bare, &f),
       "the console cannot be provided");
    OK(!check(NULL, "t provides=rd0", &bare, &f), "nor a ramdisk");
    OK(!check(NULL, "irq", &bare, &f), "nor irq, by the task's own name");

    /* A refused line holds nothing. */
    line_read(&a, "uart irq=5");
    line_read(&b, "t irq=5");
    OK(kx_claims_check(lines, refused_first, 1, &bare, &f),
       "a line that was refused holds nothing");
}

int main(void)
{
    check_ports();
    check_lines();
    check_memory();
    check_pairs();
    check_names();
    return tap_end();
}
