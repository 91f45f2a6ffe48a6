/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client of model through the deaths of its driver:
 * customer block|character|network DEATHS | rules.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "customer.h"

static const struct {
    const char *word, *device;
    bool (*work)(mach_port_t device, struct counts *counts);
} classes[] = {
    {"block", "model-block", work_block},
    {"character", "model-char", work_character},
    {"network", "model-net", work_network},
};

unsigned random_below(unsigned n)
{
    static unsigned long seed = 4711;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

int incarnation(mach_port_t device)
{
    int word[2];
    natural_t count = 2;
    kern_return_t kr;

    do /* by the rule of a character device it may be unknown */
        kr = usrd_get_status(device, MODEL_INCARNATION, word, &count);
    while (kr == MIG_SERVER_DIED);
    return kr == KERN_SUCCESS ? word[0] : -1;
}

static int work(unsigned class, int deaths)
{
    struct counts counts = {0};
    mach_port_t device;
    kern_return_t kr =
        usrd_open(classes[class].device, D_READ | D_WRITE, &device);
    bool good = kr == KERN_SUCCESS;
    int now = 1;

    if (!good)
        printf("open: %s\n", usrd_error_text(kr));
    while (good && now > 0 && now <= deaths) {
        good = classes[class].work(device, &counts);
        if (counts.requests % 64 == 0)
            now = incarnation(device);
    }
    printf("requests=%lu again=%u unknown=%lu lost=%lu %s\n", counts.requests,
           usrd_retries(), counts.unknown, counts.lost,
           good && now > 0 ? "good" : "bad");
    return !good;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "rules";

    for (unsigned n = 0; n < sizeof classes / sizeof classes[0]; n++)
        if (strcmp(word, classes[n].word) == 0)
            return work(n, argc > 2 ? atoi(argv[2]) : 1);
    return rules();
}
