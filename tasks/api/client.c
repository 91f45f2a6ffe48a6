/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver API as a client sees it: what api's callbacks are called with,
 * and what becomes of what they return. */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <usrd/client.h>

#include "../ktap.h"
#include "api.h"

#define BIG 50000 /* does not fit into a message */

static mach_port_t device;
static char data[BIG];

static int seen(mach_port_t of, enum api_seen what)
{
    int words[API_SEEN_WORDS];
    natural_t count = API_SEEN_WORDS;

    if (usrd_get_status(of, API_SEEN, words, &count) != KERN_SUCCESS ||
        count != API_SEEN_WORDS)
        return -1;
    return words[what];
}

static kern_return_t tell(int what)
{
    return usrd_set_status(device, API_DO, &what, 1);
}

/* What is read of a device that has so much. */
static bool reads(size_t there, size_t wanted, size_t expected)
{
    size_t got = 0, n = 0;

    memset(data, ~(int)there, sizeof data);
    if (usrd_read(device, 0, (recnum_t)there, data, wanted, &got) != 0)
        return false;
    while (n < got && data[n] == (char)there)
        n++;
    return n == expected && got == expected &&
           seen(device, API_RECNUM) == (int)there &&
           seen(device, API_WANTED) == (int)wanted;
}

static bool writes(recnum_t takes, size_t size, size_t expected)
{
    size_t written = ~(size_t)0;

    memset(data, 'w', sizeof data);
    return usrd_write(device, 0, takes, data, size, &written) == 0 &&
           written == expected && seen(device, API_WANTED) == (int)size;
}

static void open_them(void)
{
    mach_port_t second = 0, none = 0;
    unsigned long began = usrd_now();

    while (usrd_open("api-served", D_READ, &device) != KERN_SUCCESS &&
           usrd_now() - began < 5000000)
        usrd_sleep(10);
    ktap_ok(seen(device, API_OPENS) == 1 && seen(device, API_MODE) == D_READ,
            "an open comes with its mode");
    ktap_ok(usrd_open("api-served", D_READ | D_WRITE, &second) == 0 &&
                seen(second, API_CONTEXT) == 2 &&
                seen(device, API_CONTEXT) == 1,
            "each open has a context of its own");
    usrd_close(second);
    for (int i = 0; i < 100 && seen(device, API_CLOSES) == 0; i++)
        usrd_sleep(10);
    ktap_ok(seen(device, API_CLOSES) == 1, "its close follows");
    ktap_ok(usrd_open("api-served", D_NODELAY, &none) == D_ALREADY_OPEN,
            "an open may fail: D_ALREADY_OPEN");
}

static void move(void)
{
    size_t n = 0;
    bool good = true;

    ktap_ok(reads(10, 100, 10), "a read of less than was wanted");
    ktap_ok(reads(100, 10, 10), "of more: cut");
    ktap_ok(reads(0, 10, 0), "of nothing: NULL and 0 bytes");
    ktap_ok(reads(20000, BIG, 20000) && reads(30000, 25000, 25000),
            "the same beyond what fits into a message");
    ktap_ok(reads(0, BIG, 0), "and of nothing");
    ktap_ok(writes(0, 10, 10) && writes(4, 10, 4),
            "a write, whole and in part");
    ktap_ok(writes(0, BIG, BIG) && writes(7, BIG, 7), "beyond a message, too");
    for (recnum_t code = D_IO_ERROR; code <= D_READ_ONLY; code++)
        good = good && usrd_read(device, 0, code, data, 8, &n) == (int)code &&
               usrd_read(device, 0, code, data, BIG, &n) == (int)code &&
               usrd_write(device, 0, code, data, 8, &n) == (int)code &&
               usrd_write(device, 0, code, data, BIG, &n) == (int)code &&
               usrd_get_status(device, API_RETURN | code, (int *)data,
                               &(natural_t){1}) == (int)code;
    ktap_ok(good, "the client gets each D_* as it is");
}

static void statuses(void)
{
    int words[API_SEEN_WORDS + 2] = {0}, two[2] = {API_DO_WELL, 0};
    natural_t count = 3;

    ktap_ok(usrd_get_status(device, 5, words, &count) == KERN_SUCCESS &&
                count == 3,
            "more words than there is room for are cut");
    ktap_ok(words[API_MODE] != 0 || words[API_OPENS] > 0, "the rest is right");
    ktap_ok(usrd_set_status(device, API_DO, two, 2) == D_INVALID_OPERATION &&
                seen(device, API_SET) == 2,
            "set_status comes with its count");
}

/* Does api show, within a second, these bits as WANTED? */
static bool shows(unsigned bits, unsigned wanted)
{
    struct usrd_driver_entry e;

    for (int tries = 0; tries < 100; tries++) {
        for (unsigned i = 0; usrd_driver_list(i, &e) == KERN_SUCCESS; i++)
            if (strcmp(e.info.name, "api") == 0 && (e.status & bits) == wanted)
                return true;
        usrd_sleep(10);
    }
    return false;
}

static void health(void)
{
    ktap_ok(shows(USRD_STATUS_RUNNING | USRD_STATUS_ERROR, USRD_STATUS_RUNNING),
            "it runs, without an error");
    ktap_ok(tell(API_DO_SICK) == KERN_SUCCESS &&
                shows(USRD_STATUS_ERROR, USRD_STATUS_ERROR),
            "a health check that fails is USRD_STATUS_ERROR");
    ktap_ok(tell(API_DO_WELL) == KERN_SUCCESS && shows(USRD_STATUS_ERROR, 0),
            "until it succeeds");
    ktap_ok(tell(API_DO_STATUS) == KERN_SUCCESS &&
                shows(USRD_STATUS_BUSY, USRD_STATUS_BUSY),
            "a status that was set goes out");
    ktap_ok(tell(API_DO_REPORT) == KERN_SUCCESS, "an error is reported");
}

static void come_and_go(void)
{
    mach_port_t more = 0;
    size_t n;

    ktap_ok(usrd_open("api-more", D_READ, &more) == D_NO_SUCH_DEVICE,
            "a device is not there before it was added");
    ktap_ok(tell(API_DO_ADD) == KERN_SUCCESS &&
                tell(API_DO_ADD) == USRD_ERROR_DRIVER_EXISTS &&
                usrd_open("api-more", D_READ, &more) == KERN_SUCCESS &&
                usrd_read(more, 0, 5, data, 8, &n) == KERN_SUCCESS && n == 5,
            "then it is");
    int closes = seen(device, API_CLOSES);
    ktap_ok(tell(API_DO_REMOVE) == KERN_SUCCESS &&
                tell(API_DO_REMOVE) == USRD_ERROR_NOT_REGISTERED,
            "it can be removed, once");
    ktap_ok(seen(device, API_CLOSES) == closes + 1, "that closes its handles");
    ktap_ok(usrd_read(more, 0, 5, data, 8, &n) != KERN_SUCCESS,
            "they give an error");
    ktap_ok(usrd_open("api-more", D_READ, &more) == D_NO_SUCH_DEVICE &&
                usrd_wait("api-more", 0) == D_WOULD_BLOCK,
            "and it cannot be opened, but waited for");
    ktap_ok(seen(device, API_OPENS) > 0, "another device's handle goes on");
}

static void leave(void)
{
    size_t n;
    mach_port_t again;

    kern_return_t kr = tell(API_DO_LEAVE);
    ktap_ok(kr == KERN_SUCCESS, "the driver leaves: %s", usrd_error_text(kr));
    ktap_ok(usrd_read(device, 0, 5, data, 8, &n) != KERN_SUCCESS,
            "what was open gives an error");
    ktap_ok(usrd_open("api-served", D_READ | D_NOWAIT, &again) != KERN_SUCCESS,
            "nothing can be opened");
}

int main(void)
{
    ktap_begin();
    open_them();
    move();
    statuses();
    health();
    come_and_go();
    leave();
    return ktap_end();
}
