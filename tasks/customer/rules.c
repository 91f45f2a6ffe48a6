/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the client library makes of a request that kills its driver, and of one
 * that its driver drops. */
#include <mach/mig_errors.h>
#include <string.h>

#include "../ktap.h"
#include "customer.h"

static mach_port_t block, character, net;

/* RESULT is EXPECTED, and the driver died so often meanwhile. */
static void met(kern_return_t result, kern_return_t expected, int before,
                int deaths, const char *what)
{
    int died = incarnation(block) - before;

    ktap_ok(result == expected && died == deaths, "%s: %s, %d deaths", what,
            usrd_error_text(result), died);
}

static void poison(void)
{
    char record[MODEL_RECORD] = MODEL_POISON;
    size_t n;
    int before = incarnation(block);

    kern_return_t kr = usrd_write(block, 0, 0, record, sizeof record, &n);
    met(kr, D_IO_ERROR, before, 2, "a write that kills a disk's driver");
    kr = usrd_read(block, 0, 0, record, sizeof record, &n);
    met(kr, KERN_SUCCESS, before, 2, "the disk is well again");
}

static void status(mach_port_t device, dev_flavor_t flavor,
                   kern_return_t expected, int deaths, const char *what)
{
    int word = 0, before = incarnation(block);

    met(usrd_set_status(device, flavor, &word, 1), expected, before, deaths,
        what);
}

/* kernel-ext's own rule: it is who asks the driver to open. */
static void deadly_open(void)
{
    mach_port_t device = MACH_PORT_NULL;
    int before = incarnation(block);

    kern_return_t kr = usrd_open("model-char", MODEL_DEADLY, &device);
    met(kr, D_IO_ERROR, before, 2, "an open that kills a driver");
    kr = usrd_open("model-char", D_READ, &device);
    met(kr, KERN_SUCCESS, before, 2, "the next one does not");
    usrd_close(device);
}

static void waiting(void)
{
    kern_return_t kr = usrd_wait("nobody", 1000);
    ktap_ok(kr == D_NO_SUCH_DEVICE, "a wait for nobody: %s",
            usrd_error_text(kr));
    kr = usrd_wait("hello", 1000);
    ktap_ok(kr == KERN_NO_ACCESS, "for what needs= has not: %s",
            usrd_error_text(kr));
    kr = usrd_wait("model-block", 0);
    ktap_ok(kr == KERN_SUCCESS, "for what is there: %s", usrd_error_text(kr));
}

/* Its restart is delayed by now. */
static void waiting_for_restart(void)
{
    mach_port_t unknown = MACH_PORT_NULL;
    int word = 0;

    usrd_set_status(character, MODEL_DIE, &word, 1);
    kern_return_t kr = usrd_wait("model-block", 0);
    ktap_ok(kr == D_WOULD_BLOCK, "for a driver that is dead, not at all: %s",
            usrd_error_text(kr));
    kr = usrd_open("model-block", D_READ | D_NOWAIT, &unknown);
    ktap_ok(kr == D_WOULD_BLOCK, "nor can it be opened: %s",
            usrd_error_text(kr));
    kr = usrd_wait("model-block", 5000);
    ktap_ok(kr == KERN_SUCCESS, "as long as it takes: %s", usrd_error_text(kr));
    kr = usrd_open("model-block", D_READ | D_NOWAIT, &unknown);
    ktap_ok(kr == KERN_SUCCESS, "then it can: %s", usrd_error_text(kr));
}

int rules(void)
{
    ktap_begin();
    ktap_ok(usrd_open("model-block", D_READ, &block) == KERN_SUCCESS &&
                usrd_open("model-char", D_READ, &character) == KERN_SUCCESS &&
                usrd_open("model-net", D_READ, &net) == KERN_SUCCESS,
            "the devices open");
    waiting();
    poison();
    status(block, MODEL_DROP, MIG_SERVER_DIED, 0,
           "a request that a disk's driver drops");
    status(net, MODEL_DROP, MIG_SERVER_DIED, 0, "that a network's drops");
    status(character, MODEL_DIE, MIG_SERVER_DIED, 1,
           "one that kills a terminal's driver");
    status(net, MODEL_DIE, D_IO_ERROR, 2, "a status that kills a network's");
    deadly_open();
    waiting_for_restart();
    return ktap_end();
}
