/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * stock: a client that knows nothing of this project.  It has Mach's headers
 * and the stubs that MIG makes of Mach's own device.defs, device_request.defs
 * and device_reply.defs, and uses a driver through its deaths, with handles
 * that it opened once.  Its device master is the port mach_task_self().
 */
#include <mach/mig_errors.h>
#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "mach_port.h"
#include "stock.h"

static unsigned tests, failures;
static unsigned checked, passed_here; /* since the last result */

boolean_t ok(boolean_t passed, const char *what)
{
    checked++;
    passed_here += passed;
    if (!passed)
        printf("# fails: %s\n", what);
    return passed;
}

/* All that was checked since the last one as one result: the log takes a
 * hundred lines a second of a task. */
static void result(const char *what, unsigned when)
{
    boolean_t passed = passed_here == checked && checked > 0;

    failures += !passed;
    printf("%sok %u - %s, incarnation %u: %u of %u\n", passed ? "" : "not ",
           ++tests, what, when, passed_here, checked);
    checked = passed_here = 0;
}

void pattern(char *data, unsigned size, unsigned seed)
{
    for (unsigned n = 0; n < size; n++)
        data[n] = (char)((n + 1) * 37 + seed * 11 + n / 256);
}

int incarnation(mach_port_t device)
{
    int word[2];
    mach_msg_type_number_t count = 2;

    return device_get_status(device, FLAVOR_INCARNATION, word, &count) ==
                   KERN_SUCCESS
               ? word[0]
               : -1;
}

mach_port_t receive_port(void)
{
    mach_port_t port = MACH_PORT_NULL;

    if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port) !=
        KERN_SUCCESS)
        exit(1);
    return port;
}

boolean_t has_senders(mach_port_t port)
{
    mach_port_status_t status;

    return mach_port_get_receive_status(mach_task_self(), port, &status) !=
               KERN_SUCCESS ||
           status.mps_srights || status.mps_sorights;
}

mach_msg_return_t receive(mach_port_t port, mach_msg_header_t *msg,
                          unsigned size, unsigned ms)
{
    return mach_msg(msg, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, size, port, ms,
                    MACH_PORT_NULL);
}

static unsigned names_in_use(void)
{
    mach_port_array_t names = NULL;
    mach_port_type_array_t types = NULL;
    mach_msg_type_number_t n = 0, m = 0;

    if (mach_port_names(mach_task_self(), &names, &n, &types, &m) !=
        KERN_SUCCESS)
        return 0;
    vm_deallocate(mach_task_self(), (vm_address_t)names, n * sizeof *names);
    vm_deallocate(mach_task_self(), (vm_address_t)types, m * sizeof *types);
    return n;
}

static mach_port_t open_one(const char *name)
{
    mach_port_t device = MACH_PORT_NULL;

    ok(device_open(mach_task_self(), D_READ | D_WRITE, (char *)name, &device) ==
           KERN_SUCCESS,
       name);
    return device;
}

/* Until the request that kills it has been told of its end. */
static void die(const struct devices *d)
{
    int word = 0;
    int before = incarnation(d->block);

    ok(device_set_status(d->net, FLAVOR_DIE, &word, 1) == MIG_SERVER_DIED,
       "a request that the driver dies of: MIG_SERVER_DIED");
    ok(incarnation(d->block) == before + 1, "the next incarnation answers");
}

static void all(const struct devices *d, unsigned seed)
{
    unsigned now = (unsigned)incarnation(d->block);

    test_calls(d, seed);
    result("calls", now);
    test_map(d, seed);
    result("device_map", now);
    test_errors(d);
    result("their errors", now);
    test_filter(d);
    result("device_set_filter", now);
    test_close();
    result("device_close", now);
    test_requests(d, seed);
    result("asynchronous requests", now);
    test_request_errors(d);
    result("their errors", now);
    test_reply_ports(d);
    result("reply ports that are none", now);
}

int main(void)
{
    struct devices d;

    printf("KTAP version 1\n");
    d.block = open_one("model-block");
    d.character = open_one("model-char");
    d.net = open_one("model-net");
    result("device_open", 1);
    all(&d, 1);
    unsigned before = names_in_use();
    die(&d);
    result("it dies", 1);
    all(&d, 2);
    test_in_hand(&d);
    result("requests in hand when it dies", 2);
    test_queued(&d);
    result("requests while it is dead", 3);
    all(&d, 3);
    ok(before > 0 && names_in_use() == before, "no port name was lost or left");
    result("port names", 4);
    printf("1..%u\n", tests);
    return failures > 0;
}
