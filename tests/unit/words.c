/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every word of the module line: what it says, and what it may not say. */
#include "words.h"

#include "module_line.h"
#include "tap.h"

static struct line l;

/* Words that are refused, and a part of the reason. */
static const struct {
    const char *word, *why;
} bad[] = {
    {"ioports=", "not a range"},
    {"ioports=0x70", "not a range"},
    {"ioports=0x70-", "not a range"},
    {"ioports=-0x70", "not a range"},
    {"ioports=0x70-0x71x", "not a range"},
    {"ioports=0x70-71h", "not a range"},
    {"ioports=0x70,0x71", "not a range"},
    {"ioports=a-b", "not a range"},
    {"ioports=0x71-0x70", "ends before"},
    {"ioports=0xfff8-0x10000", "0xffff"},
    {"irq=", "not an ISA"},
    {"irq=16", "not an ISA"},
    {"irq=-1", "not an ISA"},
    {"irq=3,4", "not an ISA"},
    {"irq=abc", "not an ISA"},
    {"pci=", "not VVVV"},
    {"pci=8086", "not VVVV"},
    {"pci=8086:", "not VVVV"},
    {"pci=8086:10d", "not VVVV"},
    {"pci=8086:10d3f", "not VVVV"},
    {"pci=808g:10d3", "not VVVV"},
    {"pci=class:", "not VVVV"},
    {"pci=class:020", "not VVVV"},
    {"pci=class:02000", "not VVVV"},
    {"pci=class:0200000", "not VVVV"},
    {"pci=00:1f", "not VVVV"},
    {"pci=00:20.0", "not VVVV"},
    {"pci=00:1f.8", "not VVVV"},
    {"pci=00:1f,0", "not VVVV"},
    {"pci=00-1f.0", "not VVVV"},
    {"mmio=", "not ADDRESS"},
    {"mmio=0xfed00000", "not ADDRESS"},
    {"mmio=0xfed00000+", "not ADDRESS"},
    {"mmio=0xfed00000-0x1000", "not ADD"},
    {"mmio=0xfed00000+4Q", "not ADDRESS"},
    {"mmio=0xfed00000+0", "empty"},
    {"mmio=0xfed00010+4K", "whole pages"},
    {"mmio=0xfed00000+100", "whole pag"},
    {"mmio=0x10000000000000+4K", "past the end"},
    {"mmio=0xffffffffffff000+4K", "past the end"},
    {"mmio=0xffffffffff000+8K", "past the end"},
    {"mmio=0x1000+0xfffffffffffff000", "past the end"},
    {"dma=", "not a size"},
    {"dma=64", "not a size"},
    {"dma=0K", "zero"},
    {"dma=2G", "too large"},
    {"kdev=", "not of console"},
    {"kdev=irq", "not of console"},
    {"kdev=rd4", "not of console"},
    {"kdev=console,", "not of console"},
    {"kdev=console,console", "twice"},
    {"operator=", "not yes"},
    {"operator=1", "not yes"},
    {"operator=yes ", "not yes"},
    {"operator=reads", "not yes"},
    {"provides=", "not a name"},
    {"provides=a,,b", "not a name"},
    {"provides=a,", "not a name"},
    {"provides=a b", "not a name"},
    {"provides=a,b,a", "same name"},
    {"provides=*", "not a name"},
    {"needs=", "not a name"},
    {"needs=a,a", "same name"},
    {"needs=*,a", "not a name"},
    {"instances=0", "zero"},
    {"instances=257", "too large"},
    {"instances=two", "not a number"},
    {"instances=", "not a number"},
    {"restart=", "not no"},
    {"restart=yes", "not no"},
    {"restart-delay=10", "not a duration"},
    {"restart-delay=", "not a dur"},
    {"restart-delay=25h", "too large"},
    {"restart-max-delay=1d", "not a dur"},
    {"start-limit=5", "not COUNT"},
    {"start-limit=", "not COUNT"},
    {"start-limit=5/", "not COUNT"},
    {"start-limit=5/10", "not COUNT"},
    {"start-limit=/10s", "not COUNT"},
    {"start-limit=0/10s", "zero"},
    {"start-limit=65/10s", "too large"},
    {"start-limit=5/0", "duration"},
    {"start-limit=5/25h", "duration"},
    {"start-limit=18446744073709551617/1s", "not COUNT"},
    {"on-limit=", "not stop"},
    {"on-limit=halt", "not stop"},
    {"watchdog=", "not a duration"},
    {"watchdog=300", "not a duration"},
    {"watchdog=49ms", "shorter than 50ms"},
    {"watchdog=1us", "shorter"},
    {"watchdog=25h", "too large"},
    {"ready-timeout=0", "zero"},
    {"ready-timeout=9ms", "too small"},
    {"ready-timeout=x", "not a duration"},
    {"stop-timeout=0", "zero"},
    {"stop-timeout=x", "not a duration"},
    {"errors=5", "not COUNT"},
    {"errors=0/1s", "zero"},
    {"errors=1000001/1s", "too large"},
    {"memory=", "not a size"},
    {"memory=512", "not a size"},
    {"memory=0K", "zero"},
    {"memory=4096G", "too large"},
    {"cpu=0", "zero"},
    {"cpu=101", "too large"},
    {"cpu=50%", "not a number"},
    {"io-ops=0", "zero"},
    {"io-ops=x", "not a number"},
    {"io-ops=4294967296", "too large"},
    {"irq-rate=0", "zero"},
    {"irq-rate=", "not a number"},
    {"op-timeout=0", "zero"},
    {"op-timeout=5", "not a duration"},
    {"op-timeout=1500us", "whole milli"},
    {"bandwidth=0K", "zero"},
    {"bandwidth=100", "not a size"},
    {"watchdog", "unknown word"},
    {"=", "unknown word"},
    {"wachdog=1s", "unknown word"},
    {"Watchdog=1s", "unknown word"},
    {"watchdog =1s", "unknown word"},
    {"irqs=3", "unknown word"},
    {"irq-rate", "unknown word"},
    {"-", "unknown word"},
    {"---", "unknown word"},
};

/* A word alone: blanks inside it stay. */
static bool read_word(const char *word)
{
    char *argv[] = {(char *)"uart", (char *)word};

    return kx_words_parse(&l.w, 2, argv, &l.fault);
}

static void check_bad(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bool refused = !read_word(bad[i].word);

        if (!OK(refused && strcmp(l.fault.word, bad[i].word) == 0 &&
                    strstr(l.fault.why, bad[i].why) != NULL,
                "'%s' is refused: %s", bad[i].word, bad[i].why))
            printf("# word '%s' why '%s'\n", l.fault.word, l.fault.why);
    }
}

static void check_twice(void)
{
    static const char *const once[] = {"dma=64K",
                                       "kdev=rd0",
                                       "operator=yes",
                                       "provides=a",
                                       "needs=a",
                                       "instances=2",
                                       "restart=no",
                                       "restart-delay=1s",
                                       "restart-max-delay=9s",
                                       "start-limit=1/1s",
                                       "on-limit=stop",
                                       "watchdog=1s",
                                       "ready-timeout=1s",
                                       "stop-timeout=1s",
                                       "errors=1/1s",
                                       "memory=1M",
                                       "cpu=1",
                                       "io-ops=1",
                                       "irq-rate=1",
                                       "op-timeout=1s",
                                       "bandwidth=1K"};
    static const char *const other[] = {"ioports=0x70-0x71", "irq=3",
                                        "pci=8086:10d3", "mmio=0xfed00000+4K"};
    char text[128];

    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        snprintf(text, sizeof text, "t %s %s", once[i], once[i]);
        OK(!line_read(&l, text) && strcmp(l.fault.why, "given twice") == 0,
           "%s twice is refused", once[i]);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        snprintf(text, sizeof text, "t %s %s", other[i], other[i]);
        OK(!line_read(&l, text) && strcmp(l.fault.word, other[i]) == 0,
           "%s twice is refused", other[i]);
    }
    OK(line_read(&l, "t ioports=1-2 ioports=3-4 irq=3 irq=5 mmio=0+4K "
                     "mmio=4096+4K pci=1234:5678 pci=1234:5679"),
       "several grants of a kind are taken");
    OK(!line_read(&l, "t ioports=1-4 ioports=4-5"), "ranges that overlap");
    OK(!line_read(&l, "t ioports=4-5 ioports=1-4"), "the other way round");
    OK(line_read(&l, "t ioports=4-5 ioports=1-3"), "ranges that touch do not");
    OK(!line_read(&l, "t irq=3 irq=5 irq=6 irq=7 irq=8") &&
           strcmp(l.fault.word, "irq=8") == 0,
       "a fifth line is too many");
    OK(!line_read(&l, "t ioports=1-1 ioports=2-2 ioports=3-3 ioports=4-4 "
                      "ioports=5-5 ioports=6-6 ioports=7-7 ioports=8-8 "
                      "ioports=9-9"),
       "a ninth range is too many");
}

static void check_defaults(void)
{
    OK(line_read(&l, "hello"), "a name alone");
    STR(l.w.name, "hello", "the name");
    EQ(l.w.n_provides, 1, "provides one name by default");
    STR(l.w.provides[0], "hello", "its own");
    EQ(l.w.n_needs, 0, "needs nothing");
    EQ(l.w.n_ioports + l.w.n_irqs + l.w.n_mmio + l.w.n_pci, 0, "no grant");
    EQ(l.w.kdev, 0, "no kernel device");
    EQ(l.w.operator_, KX_OPERATOR_NO, "no operator");
    EQ(l.w.instances, 1, "one instance");
    EQ(l.w.restart, KX_RESTART_ON_FAILURE, "restart=on-failure");
    EQ(l.w.restart_delay, 10000, "restart-delay=10ms");
    EQ(l.w.restart_max_delay, 10000000, "restart-max-delay=10s");
    EQ(l.w.start_limit, 5, "start-limit=5");
    EQ(l.w.start_limit_window, 10000000, "/10s");
    EQ(l.w.on_limit, KX_ON_LIMIT_STOP, "on-limit=stop");
    EQ(l.w.watchdog, 500000, "watchdog=500ms");
    EQ(l.w.ready_timeout, 5000000, "ready-timeout=5s");
    EQ(l.w.stop_timeout, 1000000, "stop-timeout=1s");
    EQ(l.w.errors, 0, "errors= is off");
    for (int i = 0; i < KX_LIMITS; i++)
        EQ(l.w.limit[i], 0, "a limit is off");
}

static void check_values(void)
{
    OK(line_read(&l, "d ioports=0x2e8-0x2ef irq=3 mmio=0xfed00000+0x1000 "
                     "mmio=0xfee01000+8K dma=1M kdev=console,rd3 operator=yes"),
       "grants");
    EQ(l.w.ioports[0].first, 0x2e8, "first port");
    EQ(l.w.ioports[0].last, 0x2ef, "last port");
    EQ(l.w.irqs[0], 3, "line");
    EQ(l.w.mmio[0].first, 0xfed00000, "first byte");
    EQ(l.w.mmio[0].last, 0xfed00fff, "last byte");
    EQ(l.w.mmio[1].last, 0xfee02fff, "length with its unit");
    EQ(l.w.dma, 1 << 20, "dma");
    EQ(l.w.kdev, KX_KDEV_CONSOLE | KX_KDEV_RD(3), "kernel devices");
    EQ(l.w.operator_, KX_OPERATOR_YES, "operator");
    OK(line_read(&l, "d operator=read"), "operator=read");
    EQ(l.w.operator_, KX_OPERATOR_READ, "one that only reads");

    OK(line_read(&l, "d pci=8086:10D3 pci=class:0200 pci=class:010802 "
                     "pci=02:1f.7"),
       "pci= in its four forms");
    EQ(l.w.pci[0].by, KX_PCI_ID, "by id");
    EQ(l.w.pci[0].value, 0x808610d3, "the id");
    EQ(l.w.pci[1].by, KX_PCI_CLASS, "by class");
    EQ(l.w.pci[1].value, 0x020000, "class and subclass");
    OK(l.w.pci[1].any_interface, "any interface");
    EQ(l.w.pci[2].value, 0x010802, "class with interface");
    OK(!l.w.pci[2].any_interface, "this interface");
    EQ(l.w.pci[3].by, KX_PCI_ADDRESS, "by address");
    EQ(l.w.pci[3].value, 0x2ff, "bus, device, function");

    OK(line_read(&l, "d ioports=0xffff-0xffff irq=15 irq=0"), "the last ones");
    EQ(l.w.ioports[0].first, 0xffff, "the last port alone");
    EQ(l.w.irqs[0], 15, "the last line");
    OK(line_read(&l, "d mmio=0xffffffffff000+4K"), "the last physical page");
    OK(line_read(&l, "d mmio=0+0x10000000000000"), "all of physical memory");
    OK(!line_read(&l, "d mmio=0+0x10000000001000"), "a page more is refused");

    OK(line_read(&l, "d provides=a,b.1,c-d needs=e,f instances=2"), "names");
    EQ(l.w.n_provides, 3, "three provided");
    STR(l.w.provides[1], "b.1", "the second");
    EQ(l.w.n_needs, 2, "two needed");
    STR(l.w.needs[1], "f", "the second needed");
    OK(line_read(&l, "d needs=*") && l.w.needs_all && l.w.n_needs == 0,
       "needs=*");

    OK(line_read(&l, "d restart=no restart-delay=1s restart-max-delay=2s "
                     "start-limit=64/1m on-limit=reboot watchdog=50ms "
                     "ready-timeout=10ms stop-timeout=3s errors=9/2s"),
       "policy");
    EQ(l.w.restart, KX_RESTART_NO, "restart=no");
    EQ(l.w.restart_delay, 1000000, "restart-delay");
    EQ(l.w.restart_max_delay, 2000000, "restart-max-delay");
    EQ(l.w.start_limit, 64, "start-limit's count");
    EQ(l.w.start_limit_window, 60000000, "its window");
    EQ(l.w.on_limit, KX_ON_LIMIT_REBOOT, "on-limit");
    EQ(l.w.watchdog, 50000, "watchdog");
    EQ(l.w.ready_timeout, 10000, "ready-timeout");
    EQ(l.w.stop_timeout, 3000000, "stop-timeout");
    EQ(l.w.errors, 9, "errors' count");
    EQ(l.w.errors_window, 2000000, "its window");

    OK(line_read(&l,
                 "d restart=always start-limit=0 restart-delay=0 watchdog=0 "
                 "errors=0 on-limit=stop operator=no"),
       "what may be off");
    EQ(l.w.restart, KX_RESTART_ALWAYS, "restart=always");
    EQ(l.w.start_limit, 0, "no start limit");
    EQ(l.w.restart_delay, 0, "no delay");
    EQ(l.w.watchdog, 0, "no watchdog");
    OK(line_read(&l, "d restart=on-failure"), "restart=on-failure");

    OK(line_read(&l, "d memory=2M cpu=50 io-ops=16 irq-rate=1000 op-timeout=5s "
                     "bandwidth=100K"),
       "limits");
    EQ(l.w.limit[KX_LIMIT_MEMORY], 2048, "memory in KB");
    EQ(l.w.limit[KX_LIMIT_CPU], 50, "cpu in percent");
    EQ(l.w.limit[KX_LIMIT_IO_OPS], 16, "operations");
    EQ(l.w.limit[KX_LIMIT_IRQ_RATE], 1000, "interrupts a second");
    EQ(l.w.limit[KX_LIMIT_TIMEOUT], 5000, "time-out in ms");
    EQ(l.w.limit[KX_LIMIT_BANDWIDTH], 100, "bandwidth in KB/s");
}

static void check_lines(void)
{
    char text[2048];

    OK(line_read(&l, "d restart-delay=20s") &&
           l.w.restart_max_delay == 20000000,
       "a long delay raises the default maximum");
    OK(line_read(&l, "d restart-max-delay=1ms") && l.w.restart_delay == 1000,
       "a short maximum lowers the default delay");
    OK(!line_read(&l, "d restart-delay=2s restart-max-delay=1s"),
       "a maximum below the delay is refused");
    OK(line_read(&l, "d irq=3 -- nonsense irq=3 --"),
       "what follows -- is not read");
    EQ(l.w.n_irqs, 1, "what stands before -- is");
    OK(!line_read(&l, "") && l.fault.why[0] != '\0', "no words");
    OK(!line_read(&l, "a/b"), "a bad name");
    OK(!line_read(&l, "-- x"), "-- is not a name");

    static const char *const exclusive[] = {"ioports=1-2", "irq=3", "mmio=0+4K",
                                            "pci=00:01.0"};
    for (size_t i = 0; i < sizeof exclusive / sizeof *exclusive; i++) {
        snprintf(text, sizeof text, "d %s instances=2", exclusive[i]);
        OK(!line_read(&l, text), "instances=2 with %s is refused",
           exclusive[i]);
        snprintf(text, sizeof text, "d instances=1 %s", exclusive[i]);
        OK(line_read(&l, text), "instances=1 with %s is taken", exclusive[i]);
    }
    OK(line_read(&l, "d pci=8086:10d3 dma=64K instances=2"),
       "instances=2 with pci= by id is taken");
    snprintf(text, sizeof text, "d instances=2 provides=%060d", 7);
    OK(!line_read(&l, text), "a name with no room for its instance");

    snprintf(text, sizeof text, "d %01000d", 1);
    OK(!line_read(&l, text), "a word of 1,000 characters is refused");
    EQ(strlen(l.fault.word), sizeof l.fault.word - 1, "and cut in the report");
    memcpy(text, "d", 2);
    for (int i = 0; i < 40; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " n%d=1", i);
    OK(!line_read(&l, text) && strcmp(l.fault.word, "n0=1") == 0,
       "of many bad words the first is named");
    memcpy(text, "d needs=a0", 11);
    for (int i = 1; i <= 32; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ",a%d", i);
    OK(!line_read(&l, text) && strstr(l.fault.why, "too many") != NULL,
       "33 names are too many");
    *strrchr(text, ',') = '\0';
    OK(line_read(&l, text), "32 are not");
}

int main(void)
{
    check_defaults();
    check_values();
    check_bad();
    check_twice();
    check_lines();
    return tap_end();
}
