/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The client of a block device that measures: blocks DEVICE TASK rpc|ring|kills|pages
 * prints a line for each round,
 *     bench block.NAME VALUE
 * and ends with exit(0).  What an operation cost is what the soaker missed. */
#include <stdio.h>
#include <string.h>

#include <usrd/client.h>

#include "blocks.h"

const char *blocks_name, *blocks_task;
mach_port_t blocks_disk;
static uint64_t records; /* of the disk */
static unsigned record;  /* bytes */

recnum_t blocks_random(void)
{
    static uint64_t x = 1;
    unsigned per_block = BLOCKS_BLOCK / record;

    x = x * 6364136223846793005u + 1442695040888963407u;
    return (recnum_t)((x >> 33) % (records / per_block) * per_block);
}

recnum_t blocks_next(void)
{
    static uint64_t at;
    uint64_t here = at;

    at += BLOCKS_PIECE / record;
    if (at + BLOCKS_PIECE / record > records)
        at = 0;
    return (recnum_t)here;
}

uint64_t blocks_driver(enum bench_driver word)
{
    uint64_t values[BENCH_DRIVER_WORDS] = {0};
    natural_t n = BENCH_DRIVER_WORDS * 2;
    int words[BENCH_DRIVER_WORDS * 2];

    if (usrd_get_status(blocks_disk, BENCH_STATUS, words, &n) == KERN_SUCCESS)
        memcpy(values, words, sizeof values);
    return values[word];
}

kern_return_t blocks_measure(const char *name, blocks_work work, unsigned ops)
{
    USRD_CHECK_RETURN(work(ops / 8 + 1)); /* warm up */
    for (unsigned n = 0; n < BLOCKS_ROUNDS; n++) {
        uint64_t began = bench_ticks(), counted = soak_count();
        USRD_CHECK_RETURN(work(ops));
        uint64_t all = bench_ticks() - began;
        uint64_t idle = soak_idle(soak_count() - counted);
        bench_say("block.", name, idle < all ? (all - idle) / ops : 0);
    }
    return KERN_SUCCESS;
}

kern_return_t blocks_traps(const char *name, blocks_work work, unsigned ops)
{
    uint64_t driver = blocks_driver(BENCH_TRAPS), own = bench_traps;

    USRD_CHECK_RETURN(work(ops));
    own = bench_traps - own;
    driver = blocks_driver(BENCH_TRAPS) - driver;
    bench_say("block.", name, (own + driver) * 1000 / ops);
    return KERN_SUCCESS;
}

static kern_return_t open_disk(void)
{
    int words[DEV_GET_RECORDS_COUNT];
    natural_t n = DEV_GET_RECORDS_COUNT;

    USRD_CHECK_RETURN(usrd_open(blocks_name, D_READ | D_WRITE, &blocks_disk));
    USRD_CHECK_RETURN(usrd_get_status(blocks_disk, DEV_GET_RECORDS, words, &n));
    records = (uint64_t)(unsigned)words[DEV_GET_RECORDS_DEVICE_RECORDS];
    record = (unsigned)words[DEV_GET_RECORDS_RECORD_SIZE];
    return record && record <= BLOCKS_BLOCK && records >= BLOCKS_MIB / record
               ? KERN_SUCCESS
               : D_INVALID_SIZE;
}

static const struct {
    const char *name;
    kern_return_t (*run)(void);
} all[] = {{"rpc", blocks_rpc},
           {"ring", blocks_ring},
           {"kills", blocks_kills},
           {"pages", blocks_pages}};

static kern_return_t run(int argc, char **argv)
{
    blocks_name = argv[1];
    blocks_task = argv[2];
    USRD_CHECK_RETURN(open_disk());
    USRD_CHECK_RETURN(soak_begin());
    for (int n = 3; n < argc; n++)
        for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
            if (strcmp(argv[n], all[i].name) == 0)
                USRD_CHECK_RETURN(all[i].run());
    return KERN_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        printf("usage: blocks DEVICE TASK rpc|ring|kills|pages...\n");
        return 1;
    }
    usrd_set_timeout(0);
    usrd_sleep(200); /* until the boot is over */
    kern_return_t kr = run(argc, argv);
    if (kr != KERN_SUCCESS)
        printf("blocks: %s\n", usrd_error_text(kr));
    return kr != KERN_SUCCESS;
}
