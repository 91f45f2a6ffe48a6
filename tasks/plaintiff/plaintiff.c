/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * plaintiff DRIVER OTHER: complains of both; complains= has the first. */
#include <device/device_types.h>
#include <usrd/client.h>

#include "../ktap.h"

static struct usrd_driver_entry entry;

/* As driver_list has it, and whether it is ready. */
static unsigned generation(const char *driver, bool *ready)
{
    for (unsigned n = 0; usrd_driver_list(n, &entry) == KERN_SUCCESS; n++)
        if (strcmp(entry.info.name, driver) == 0) {
            *ready = entry.state == USRD_TASK_READY;
            return entry.generation;
        }
    return 0;
}

int main(int argc, char **argv)
{
    bool ready = false;

    if (argc < 3)
        return 2;
    const char *driver = argv[1], *other = argv[2];
    ktap_begin();
    unsigned first = generation(driver, &ready),
             his = generation(other, &ready);
    ktap_returns(KERN_NO_ACCESS, usrd_complain(other, his, "of another"),
                 "other");
    ktap_returns(KERN_NO_ACCESS, usrd_complain("nobody", 1, "of nobody"),
                 "nobody");
    ktap_returns(KERN_ABORTED, usrd_complain(driver, first + 1, "too soon"),
                 "the next incarnation");
    ktap_ok(generation(driver, &ready) == first && ready, "it goes on");
    ktap_returns(KERN_SUCCESS, usrd_complain(driver, first, "says \"2+2=5\"\n"),
                 "this incarnation");
    for (unsigned n = 0; n < 100; n++) {
        if (generation(driver, &ready) > first && ready)
            break;
        usrd_sleep(10);
    }
    ktap_ok(generation(driver, &ready) == first + 1 && ready,
            "the next incarnation is ready");
    ktap_returns(KERN_ABORTED, usrd_complain(driver, first, "too late"),
                 "the last incarnation");
    ktap_ok(generation(driver, &ready) == first + 1 && ready,
            "the next incarnation goes on");
    ktap_ok(generation(other, &ready) == his && ready, "so does the other");
    usrd_sleep(500);
    return ktap_end();
}
