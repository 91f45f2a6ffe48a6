/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A handle that is a part of a device: where its records are, and its size. */
#include <device/userspace_driver_sdk.h>

#include "../../libusrd-min/driver/driver.h"
#include "tap.h"

#define RECORD 512u

static const struct usrd_window tenth = {100, 10, RECORD};

static void moved(uint64_t record, uint64_t bytes, const char *name)
{
    uint64_t to = record;

    EQ(usrd_window_move(&tenth, &to, bytes), KERN_SUCCESS, name);
    EQ(to, 100 + record, "at its place on the device");
}

static void outside(uint64_t record, uint64_t bytes, const char *name)
{
    EQ(usrd_window_move(&tenth, &record, bytes), D_INVALID_RECNUM, name);
}

static void moves(void)
{
    struct usrd_window last = {UINT64_MAX - 5, 10, RECORD};
    uint64_t record = 4;

    moved(0, 10 * RECORD, "all of it");
    moved(9, RECORD, "its last record");
    moved(9, 1, "a byte of it");
    moved(10, 0, "nothing, at its end");
    outside(0, 10 * RECORD + 1, "a byte more than all of it");
    outside(9, RECORD + 1, "a byte more than its last record");
    outside(10, 1, "past its end");
    outside(11, 0, "nothing, past its end");
    outside(UINT64_MAX, RECORD, "a record that wraps");
    outside(0, UINT64_MAX, "a size that wraps");
    EQ(usrd_window_move(&last, &record, RECORD), KERN_SUCCESS,
       "the last record that has a number");
    record = 5;
    EQ(usrd_window_move(&last, &record, RECORD), D_INVALID_RECNUM,
       "the next would wrap");
}

static void size_of(uint64_t count, dev_flavor_t flavor, kern_return_t result,
                    unsigned size, const char *name)
{
    struct usrd_window w = {100, count, RECORD};
    int status[2] = {0};
    natural_t words = 2;

    EQ(usrd_window_status(&w, flavor, status, &words), (uint64_t)result, name);
    EQ((unsigned)status[0], size, "with that size");
    words = 1;
    EQ(usrd_window_status(&w, flavor, status, &words), D_INVALID_SIZE,
       "where there is room for it");
}

int main(void)
{
    moves();
    size_of(10, DEV_GET_SIZE, KERN_SUCCESS, 5120, "bytes");
    size_of(10, DEV_GET_RECORDS, KERN_SUCCESS, 10, "records");
    size_of((1u << 23) - 1, DEV_GET_SIZE, KERN_SUCCESS, 0xfffffe00,
            "4 GiB less a record");
    size_of(1u << 23, DEV_GET_SIZE, D_INVALID_SIZE, 0, "4 GiB are too many");
    size_of(1u << 23, DEV_GET_RECORDS, KERN_SUCCESS, 1u << 23, "in records");
    size_of(1ul << 32, DEV_GET_RECORDS, D_INVALID_SIZE, 0, "2 TiB are");
    return tap_end();
}
