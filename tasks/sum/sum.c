/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * sum WORDS: what one does with block devices, one after the other:
 *
 *     RANGE              print its SHA-256
 *     fill RANGE SEED    write a sequence that the host can make, too
 *     copy RANGE RANGE   as much as both have
 *     zero RANGE         without its data: by rpc as virtio-blk has it
 *     rpc, ring          how the next ones are done; at first by rpc
 *
 * A RANGE is NAME or NAME@FIRST+COUNT, in records.  Each says how it ended; an
 * error ends only itself. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tomcrypt.h>

#include "range.h"

static bool ring;
static unsigned failures;

static void result(const char *what, const char *range, kern_return_t kr)
{
    failures += kr != KERN_SUCCESS;
    usrd_log(NULL, USRD_LOG_INFO, "%s %s by %s: %s", what, range,
             ring ? "ring" : "rpc", usrd_error_text(kr));
}

static uint64_t bytes_of(const struct range *range)
{
    return range->count * range->record_size;
}

static size_t batch(uint64_t left)
{
    return left < RANGE_BATCH ? (size_t)left : RANGE_BATCH;
}

static kern_return_t sum(struct range *range, hash_state *hash)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t size = bytes_of(range);

    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += RANGE_BATCH) {
        kr = range_read(range, at, batch(size - at));
        sha256_process(hash, range->data, batch(size - at));
    }
    return kr;
}

static void print_sum(const char *word, hash_state *hash)
{
    unsigned char digest[32];
    char hex[2 * sizeof digest + 1];

    sha256_done(hash, digest);
    for (unsigned i = 0; i < sizeof digest; i++)
        sprintf(hex + 2 * i, "%02x", digest[i]);
    usrd_log(NULL, USRD_LOG_INFO, "%s %s by %s", hex, word,
             ring ? "ring" : "rpc");
}

static void do_sum(const char *word)
{
    struct range range;
    hash_state hash;
    kern_return_t kr = range_open(&range, word, ring, D_READ);

    sha256_init(&hash);
    if (kr == KERN_SUCCESS)
        kr = sum(&range, &hash);
    range_close(&range);
    if (kr == KERN_SUCCESS)
        print_sum(word, &hash);
    else
        result("sum", word, kr);
}

/* Word N of the sequence of a seed (splitmix64). */
static uint64_t word_of(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static kern_return_t fill(struct range *range, uint64_t seed)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t size = bytes_of(range), *words = (uint64_t *)range->data;

    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += RANGE_BATCH) {
        size_t bytes = batch(size - at);

        for (size_t n = 0; n < bytes / sizeof *words; n++)
            words[n] = word_of(seed, at / sizeof *words + n);
        kr = range_write(range, at, bytes);
    }
    return kr;
}

static void do_fill(const char *word, const char *seed)
{
    struct range range;
    kern_return_t kr = range_open(&range, word, ring, D_READ | D_WRITE);

    if (kr == KERN_SUCCESS)
        kr = fill(&range, strtoul(seed, NULL, 10));
    range_close(&range);
    result("fill", word, kr);
}

static kern_return_t copy(struct range *from, struct range *to)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t size =
        bytes_of(from) < bytes_of(to) ? bytes_of(from) : bytes_of(to);

    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += RANGE_BATCH) {
        kr = range_read(from, at, batch(size - at));
        if (kr != KERN_SUCCESS)
            break;
        memcpy(to->data, from->data, batch(size - at));
        kr = range_write(to, at, batch(size - at));
    }
    return kr;
}

static void do_copy(const char *from_word, const char *to_word)
{
    struct range from, to;
    kern_return_t kr = range_open(&from, from_word, ring, D_READ);

    if (kr == KERN_SUCCESS) {
        kr = range_open(&to, to_word, ring, D_READ | D_WRITE);
        if (kr == KERN_SUCCESS)
            kr = copy(&from, &to);
        range_close(&to);
    }
    range_close(&from);
    result("copy to", to_word, kr);
}

static void do_zero(const char *word)
{
    struct range range;
    kern_return_t kr = range_open(&range, word, ring, D_READ | D_WRITE);

    if (kr == KERN_SUCCESS)
        kr = range_zero(&range);
    range_close(&range);
    result("zero", word, kr);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool one = argc - i > 1, two = argc - i > 2;

        if (strcmp(argv[i], "ring") == 0 || strcmp(argv[i], "rpc") == 0)
            ring = argv[i][1] == 'i';
        else if (two && strcmp(argv[i], "fill") == 0)
            do_fill(argv[i + 1], argv[i + 2]), i += 2;
        else if (two && strcmp(argv[i], "copy") == 0)
            do_copy(argv[i + 1], argv[i + 2]), i += 2;
        else if (one && strcmp(argv[i], "zero") == 0)
            do_zero(argv[++i]);
        else
            do_sum(argv[i]);
    }
    printf("done, %u failed\n", failures);
    return 0;
}
