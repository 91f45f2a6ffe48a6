/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings that are not to be had, beside those that are. */
#include "hammer.h"

#include <userspace_driver.h>
#include <userspace_driver_operator.h>

#define MAX USRD_RING_BYTES

static kern_return_t sized(unsigned slots, uint64_t bytes)
{
    struct ring r;
    kern_return_t kr = make_on("anvil", D_READ, slots, bytes, &r);

    if (kr == KERN_SUCCESS)
        destroy(&r);
    return kr;
}

static void sizes(void)
{
    expect(KERN_SUCCESS, sized(1, 1));
    expect(KERN_SUCCESS, sized(64, MAX));
    expect(KERN_INVALID_ARGUMENT, sized(0, PAGE));
    expect(KERN_INVALID_ARGUMENT, sized(3, PAGE));
    expect(KERN_INVALID_ARGUMENT, sized(128, PAGE));
    expect(KERN_INVALID_ARGUMENT, sized(1u << 31, PAGE));
    expect(KERN_INVALID_ARGUMENT, sized(8, 0));
    expect(KERN_INVALID_ARGUMENT, sized(8, MAX + 1));
    expect(KERN_INVALID_ARGUMENT, sized(8, -1ull));
    expect(KERN_INVALID_ARGUMENT, sized(8, -PAGE));
    expect(D_INVALID_OPERATION, sized(ANVIL_REFUSED, PAGE));
}

static void names(void)
{
    struct ring r;
    mach_port_t own = doorbell;

    expect(KERN_NO_ACCESS, make_on("hello", D_READ, 8, PAGE, &r));
    expect(D_NO_SUCH_DEVICE, make_on("nobody", D_READ, 8, PAGE, &r));
    expect(D_INVALID_OPERATION, make_on("console", D_READ, 8, PAGE, &r));
    expect(KERN_SUCCESS, make(PAGE, &r));
    doorbell = MACH_PORT_NULL;
    expect(KERN_INVALID_ARGUMENT, make(PAGE, &r));
    doorbell = own;
}

/* Something of its own is in the place that would be the next. */
static void places(void)
{
    struct ring r;
    vm_address_t at;

    expect(KERN_SUCCESS, make(PAGE, &r));
    at = r.at + PAGE;
    expect(KERN_SUCCESS, destroy(&r));
    expect(KERN_SUCCESS, vm_allocate(mach_task_self(), &at, PAGE, FALSE));
    expect(KERN_NO_SPACE, make(PAGE, &r));
    expect(KERN_SUCCESS, vm_deallocate(mach_task_self(), at, PAGE));
    expect(KERN_SUCCESS, make(PAGE, &r));
    expect(KERN_SUCCESS, destroy(&r));
}

static void waits(void)
{
    struct ring r;

    usrd_op_stop(mach_task_self(), "anvil");
    usrd_sleep(100);
    expect(D_DEVICE_DOWN, make(PAGE, &r));
    usrd_op_start(mach_task_self(), "anvil");
    expect(D_WOULD_BLOCK, make_on("anvil", D_NOWAIT, 8, PAGE, &r));
    expect(KERN_SUCCESS, make(PAGE, &r));
    expect(KERN_SUCCESS, destroy(&r));
}

static void many(void)
{
    struct ring r[USRD_MAX_RINGS_OF_CLIENT + 1];
    kern_return_t kr = KERN_SUCCESS;
    unsigned n = 0;

    while (n <= USRD_MAX_RINGS_OF_CLIENT && kr == KERN_SUCCESS)
        kr = make(PAGE, &r[n++]);
    ktap_ok(n == USRD_MAX_RINGS_OF_CLIENT + 1 && kr == KERN_RESOURCE_SHORTAGE,
            "%u may be had, then: %d", n - 1, kr);
    ktap_ok(strike(&r[0], ANVIL_NOTHING) &&
                strike(&r[USRD_MAX_RINGS_OF_CLIENT - 1], ANVIL_NOTHING),
            "each works");
    expect(KERN_SUCCESS, destroy(&r[3]));
    usrd_sleep(50);
    expect(KERN_SUCCESS, make(PAGE, &r[3]));
    for (n = 0; n < USRD_MAX_RINGS_OF_CLIENT; n++)
        destroy(&r[n]);
    usrd_sleep(50);
}

void limits(void)
{
    sizes();
    places();
    waits();
    many();
    names();
}
