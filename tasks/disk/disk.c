/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * disk WORDS: what one does with block devices, one after the other:
 *
 *     sum RANGE          print its SHA-256
 *     fill RANGE SEED    write a sequence that the host can make, too
 *     copy RANGE RANGE   as much as both have
 *     rpc, ring          how the next ones are done; at first by rpc
 *
 * A RANGE is NAME or NAME@FIRST+COUNT, in records.  Each says how it ended; an
 * error ends only itself. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tomcrypt.h>

#include "disk.h"

static bool ring;
static unsigned failures;

static void result(const char *what, const char *range, kern_return_t kr)
{
    failures += kr != KERN_SUCCESS;
    usrd_log(NULL, USRD_LOG_INFO, "%s %s by %s: %s", what, range,
             ring ? "ring" : "rpc", usrd_error_text(kr));
}

static uint64_t bytes_of(const struct disk *disk)
{
    return disk->count * disk->record_size;
}

static size_t batch(uint64_t left)
{
    return left < DISK_BATCH ? (size_t)left : DISK_BATCH;
}

static kern_return_t sum(struct disk *disk, hash_state *hash)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t size = bytes_of(disk);

    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += DISK_BATCH) {
        kr = disk_read(disk, at, batch(size - at));
        sha256_process(hash, disk->data, batch(size - at));
    }
    return kr;
}

static void do_sum(const char *range)
{
    struct disk disk;
    hash_state hash;
    unsigned char digest[32];
    char hex[2 * sizeof digest + 1];
    kern_return_t kr = disk_open(&disk, range, ring, D_READ);

    sha256_init(&hash);
    if (kr == KERN_SUCCESS)
        kr = sum(&disk, &hash);
    disk_close(&disk);
    if (kr != KERN_SUCCESS) {
        result("sum", range, kr);
        return;
    }
    sha256_done(&hash, digest);
    for (unsigned i = 0; i < sizeof digest; i++)
        sprintf(hex + 2 * i, "%02x", digest[i]);
    usrd_log(NULL, USRD_LOG_INFO, "%s %s by %s", hex, range,
             ring ? "ring" : "rpc");
}

/* Word N of the sequence of a seed (splitmix64). */
static uint64_t word_of(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static kern_return_t fill(struct disk *disk, uint64_t seed)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t size = bytes_of(disk), *words = (uint64_t *)disk->data;

    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += DISK_BATCH) {
        size_t bytes = batch(size - at);

        for (size_t n = 0; n < bytes / sizeof *words; n++)
            words[n] = word_of(seed, at / sizeof *words + n);
        kr = disk_write(disk, at, bytes);
    }
    return kr;
}

static void do_fill(const char *range, const char *seed)
{
    struct disk disk;
    kern_return_t kr = disk_open(&disk, range, ring, D_READ | D_WRITE);

    if (kr == KERN_SUCCESS)
        kr = fill(&disk, strtoul(seed, NULL, 10));
    disk_close(&disk);
    result("fill", range, kr);
}

static kern_return_t copy(struct disk *from, struct disk *to)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t size =
        bytes_of(from) < bytes_of(to) ? bytes_of(from) : bytes_of(to);

    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += DISK_BATCH) {
        kr = disk_read(from, at, batch(size - at));
        if (kr != KERN_SUCCESS)
            break;
        memcpy(to->data, from->data, batch(size - at));
        kr = disk_write(to, at, batch(size - at));
    }
    return kr;
}

static void do_copy(const char *range, const char *to_range)
{
    struct disk from, to;
    kern_return_t kr = disk_open(&from, range, ring, D_READ);

    if (kr == KERN_SUCCESS) {
        kr = disk_open(&to, to_range, ring, D_READ | D_WRITE);
        if (kr == KERN_SUCCESS)
            kr = copy(&from, &to);
        disk_close(&to);
    }
    disk_close(&from);
    result("copy to", to_range, kr);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int left = argc - i - 1;

        if (strcmp(argv[i], "ring") == 0 || strcmp(argv[i], "rpc") == 0)
            ring = argv[i][1] == 'i';
        else if (strcmp(argv[i], "sum") == 0 && left >= 1)
            do_sum(argv[++i]);
        else if (strcmp(argv[i], "fill") == 0 && left >= 2)
            do_fill(argv[i + 1], argv[i + 2]), i += 2;
        else if (strcmp(argv[i], "copy") == 0 && left >= 2)
            do_copy(argv[i + 1], argv[i + 2]), i += 2;
        else
            result("unknown word", argv[i], D_INVALID_OPERATION);
    }
    printf("done, %u failed\n", failures);
    return 0;
}
