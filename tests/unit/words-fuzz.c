/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 200,000 module lines of noise that looks like words.  The sanitizers watch;
 * and whatever was taken keeps the promises of words.h.  The seed is fixed:
 * a failure comes again. */
#include "module_line.h"
#include "tap.h"
#include "values.h"

#define LINES 200000

static uint64_t state = 0x9e3779b97f4a7c15;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

static const char *pick_piece(void)
{
    static const char *const pieces[] = {
        "ioports=",
        "irq=",
        "pci=",
        "mmio=",
        "dma=",
        "kdev=",
        "operator=",
        "provides=",
        "needs=",
        "instances=",
        "restart=",
        "restart-delay=",
        "restart-max-delay=",
        "start-limit=",
        "on-limit=",
        "watchdog=",
        "ready-timeout=",
        "stop-timeout=",
        "errors=",
        "memory=",
        "cpu=",
        "io-ops=",
        "irq-rate=",
        "op-timeout=",
        "bandwidth=",
        "class:",
        "yes",
        "no",
        "on-failure",
        "always",
        "stop",
        "reboot",
        "console",
        "rd0",
        "*",
        "0x",
        "0",
        "1",
        "7",
        "15",
        "255",
        "65535",
        "65536",
        "4294967296",
        "18446744073709551615",
        "fed00000",
        "2e8",
        "8086",
        "us",
        "ms",
        "s",
        "m",
        "h",
        "K",
        "M",
        "G",
        "-",
        "+",
        "/",
        ",",
        ":",
        ".",
        "=",
        "a",
        "uart",
        "--",
    };

    return pieces[below(sizeof pieces / sizeof *pieces)];
}

static void make_line(char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "t");

    for (unsigned words = below(6); words > 0; words--) {
        used += (size_t)snprintf(text + used, size - used, " ");
        for (unsigned n = 1 + below(6); n > 0 && used + 32 < size; n--)
            used +=
                (size_t)snprintf(text + used, size - used, "%s", pick_piece());
    }
    if (used > 1 && below(4) == 0) /* a byte of anything but zero */
        text[1 + below((unsigned)used - 1)] = (char)(1 + below(255));
}

static bool promises(const struct kx_words *w)
{
    for (unsigned i = 0; i < w->n_ioports; i++)
        if (w->ioports[i].first > w->ioports[i].last ||
            w->ioports[i].last > 0xffff)
            return false;
    for (unsigned i = 0; i < w->n_mmio; i++)
        if (w->mmio[i].first % 4096 != 0 || w->mmio[i].last % 4096 != 4095 ||
            w->mmio[i].first > w->mmio[i].last)
            return false;
    for (unsigned i = 0; i < w->n_irqs; i++)
        if (w->irqs[i] > 15)
            return false;
    for (unsigned i = 0; i < w->n_provides; i++)
        if (!kx_name_ok(w->provides[i], strlen(w->provides[i])))
            return false;
    return w->n_provides > 0 && w->instances >= 1 &&
           w->instances <= KX_MAX_INSTANCES &&
           w->restart_delay <= w->restart_max_delay && w->start_limit <= 64 &&
           (w->watchdog == 0 || w->watchdog >= 50 * KX_MS) &&
           w->limit[KX_LIMIT_CPU] <= 100;
}

int main(void)
{
    static struct line l;
    char text[512];
    unsigned taken = 0, broken = 0, silent = 0;

    for (unsigned i = 0; i < LINES; i++) {
        make_line(text, sizeof text);
        if (line_read(&l, text)) {
            taken++;
            broken += !promises(&l.w);
        } else {
            silent += l.fault.why[0] == '\0';
        }
    }
    OK(broken == 0, "what was taken is sound");
    OK(silent == 0, "what was refused has a reason");
    OK(taken > LINES / 100 && taken < LINES, "%u of %u taken", taken, LINES);
    return tap_end();
}
