/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings on windows of anvil: w1 is 50 records from the hundredth, w2 is 20 of
 * those from the tenth.  pane added them, and has nothing to do with them then. */
#include "hammer.h"

#include <userspace_driver.h>
#include <userspace_driver_operator.h>

static bool is(const struct ring *r, uint64_t first, uint64_t count)
{
    return word(r)->first == first && word(r)->count == count;
}

static unsigned info(const char *name, unsigned which)
{
    usrd_words_t words = {0};

    usrd_msg_device_info(mach_task_self(), name, words);
    return words[which];
}

static void restarts(const struct ring *r)
{
    usrd_op_kill(mach_task_self(), "pane");
    ktap_ok(strike(r, ANVIL_NOTHING), "pane dies, it goes on");
    usrd_sleep(100);
    ktap_ok(strike(r, ANVIL_NOTHING) && word(r)->run == 1,
            "when pane is back, too");
    ktap_ok(info("w2", USRD_DEVICE_GENERATION) == 1, "that is no death of it");
    usrd_op_kill(mach_task_self(), "anvil");
    usrd_sleep(100);
    ktap_ok(strike(r, ANVIL_NOTHING) && word(r)->run == 2,
            "anvil dies, the next has it");
    ktap_ok(is(r, 110, 20), "the same records");
    ktap_ok(info("w2", USRD_DEVICE_GENERATION) == 2, "that is one");
}

static void stops(struct ring *r)
{
    struct ring other;

    usrd_op_stop(mach_task_self(), "pane");
    usrd_sleep(100);
    ktap_ok(strike(r, ANVIL_NOTHING), "pane is stopped, it goes on");
    ktap_ok(info("w2", USRD_DEVICE_THERE) == 0, "but it is not there");
    expect(D_DEVICE_DOWN, make_on("w2", D_READ, 8, PAGE, &other));
    usrd_op_start(mach_task_self(), "pane");
    expect(KERN_SUCCESS, make_on("w2", D_READ, 8, PAGE, &other));
    ktap_ok(is(&other, 110, 20), "when it is back it can be opened");
    expect(KERN_SUCCESS, destroy(&other));

    usrd_op_stop(mach_task_self(), "anvil");
    usrd_sleep(100);
    expect(D_DEVICE_DOWN, make_on("w2", D_READ, 8, PAGE, &other));
    ktap_ok(info("w2", USRD_DEVICE_STATE) == USRD_TASK_STOPPED,
            "its state is anvil's");
    usrd_op_start(mach_task_self(), "anvil");
    expect(D_WOULD_BLOCK, make_on("w2", D_NOWAIT, 8, PAGE, &other));
    expect(KERN_SUCCESS, make_on("w2", D_READ, 8, PAGE, &other));
    expect(KERN_SUCCESS, destroy(&other));
    expect(KERN_SUCCESS, destroy(r));
}

void windows(void)
{
    struct ring r, other;
    mach_port_t device;

    expect(KERN_SUCCESS, make_on("w1", D_READ, 8, PAGE, &other));
    ktap_ok(is(&other, 100, 50), "a window");
    expect(KERN_SUCCESS, make_on("w2", D_READ, 8, PAGE, &r));
    ktap_ok(is(&r, 110, 20), "a window of it");
    ktap_ok(info("w2", USRD_DEVICE_HANDLES) == 1 &&
                info("w2", USRD_DEVICE_THERE) == 1 &&
                info("w2", USRD_DEVICE_CLASS) == USRD_CAP_BLOCK_DEVICE,
            "it is there, with one handle");
    expect(KERN_NO_ACCESS, make_on("anvil", D_READ, 8, PAGE, &other));
    expect(KERN_NO_ACCESS, make_on("w3", D_READ, 8, PAGE, &other));
    expect(KERN_SUCCESS, usrd_open("w2", D_READ, &device));
    ktap_ok(info("w2", USRD_DEVICE_HANDLES) == 2, "two");
    usrd_close(device);
    restarts(&r);
    stops(&r);
}
