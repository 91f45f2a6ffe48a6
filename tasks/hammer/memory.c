/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whose memory a ring is: the client's, against its memory=, and of no driver
 * but its own. */
#include "hammer.h"

#include <string.h>
#include <userspace_driver.h>
#include <usrd/operator.h>

/* With memory=2M. */
void memory(void)
{
    struct ring r[4];
    unsigned n, good = 0;

    expect(KERN_SUCCESS, make(USRD_RING_BYTES, &r[0]));
    expect(KERN_NO_SPACE, make(USRD_RING_BYTES, &r[1]));
    expect(KERN_SUCCESS, make(PAGE, &r[1]));
    expect(KERN_SUCCESS, destroy(&r[1]));
    expect(KERN_SUCCESS, destroy(&r[0]));
    for (n = 0; n < 10; n++)
        good += make(USRD_RING_BYTES, &r[0]) == KERN_SUCCESS &&
                destroy(&r[0]) == KERN_SUCCESS;
    ktap_ok(good == 10, "what is given back does not count");
    for (n = 0; n < 4; n++) {
        make(USRD_RING_BYTES / 4, &r[n]);
        strike(&r[n], ANVIL_TOUCH);
    }
    usrd_sleep(500);
    ktap_ok(strike(&r[0], ANVIL_NOTHING) && word(&r[0])->run == 1,
            "its driver, which may have less, does not die of it");
}

static void read_at(struct ring *r, uint64_t address)
{
    wish(r)->address = address;
}

/* Two drivers of one line. */
void instances(void)
{
    struct ring one, two;

    expect(KERN_SUCCESS, make_on("anvil.1", D_READ, 8, PAGE, &one));
    expect(KERN_SUCCESS, make_on("anvil.2", D_READ, 8, PAGE, &two));
    uint64_t at = word(&two)->ring[USRD_RING_WORD_ADDRESS] + USRD_RING_DATA_AT;
    data(&one)[0] = 1;
    data(&two)[0] = 2;
    read_at(&two, at);
    ktap_ok(strike(&two, ANVIL_READ) && word(&two)->answer == 2,
            "a driver reads its client's ring");
    ktap_ok(word(&one)->ring[USRD_RING_WORD_ADDRESS] !=
                word(&two)->ring[USRD_RING_WORD_ADDRESS],
            "which no other has at that address");
    read_at(&one, at);
    wish(&one)->command = ANVIL_READ;
    ring_bell(&one);
    while (heard(500) && word(&one)->run == 1)
        ;
    ktap_ok(word(&one)->run == 2, "the other dies of reading there");
    ktap_ok(strike(&two, ANVIL_NOTHING) && word(&two)->run == 1,
            "the first goes on");
    ktap_ok(strike(&one, ANVIL_NOTHING) && data(&one)[0] == 1,
            "and so does the next of the other");
}

/* Its driver goes, with a device that did not stop: what then? */
void kept(void)
{
    usrd_words_t info = {0};
    usrd_name_t name = "";
    struct census before = count();
    struct ring r;

    strncpy(name, anvil, sizeof name - 1);
    expect(KERN_SUCCESS, make(USRD_RING_BYTES, &r));
    printf("made\n");
    while (info[USRD_DEVICE_STATE] != USRD_TASK_FAILED) {
        usrd_sleep(100);
        usrd_msg_device_info(mach_task_self(), name, info);
    }
    ktap_ok(heard(0), "I hear of it");
    expect(KERN_SUCCESS, destroy(&r));
    ktap_ok(fewer(before, USRD_RING_BYTES / PAGE),
            "the ring is gone, its memory is nobody's");
    expect(D_DEVICE_DOWN, make(PAGE, &r));
}
