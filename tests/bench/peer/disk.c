/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads and writes of /dev/vda. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/fs.h>

#include "peer.h"

int peer_disk;
char *peer_buffer;
static uint64_t disk_bytes;

uint64_t peer_random_block(void)
{
    static uint64_t x = 1;

    x = x * 6364136223846793005u + 1442695040888963407u;
    return (x >> 33) % (disk_bytes / BLOCK) * BLOCK;
}

static void find_disk(void)
{
    for (unsigned n = 0; n < 100 && access("/dev/vda", F_OK); n++)
        usleep(10000);
    peer_disk = open("/dev/vda", O_RDWR | O_DIRECT | O_CLOEXEC);
    if (peer_disk < 0 || ioctl(peer_disk, BLKGETSIZE64, &disk_bytes))
        peer_die("/dev/vda");
    peer_buffer = mmap(NULL, MIB, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (peer_buffer == MAP_FAILED)
        peer_die("mmap");
}

/* The queue as it is with `none`, Linux's least costly, and a line that says
 * what Debian has by itself. */
static void no_scheduler(void)
{
    char was[64] = "";
    int file = open("/sys/block/vda/queue/scheduler", O_RDWR | O_CLOEXEC);

    if (file < 0 || read(file, was, sizeof was - 1) < 0 ||
        write(file, "none", 4) != 4)
        peer_die("scheduler");
    close(file);
    printf("peer: scheduler was %s", was);
}

static void pread_4k(unsigned ops)
{
    while (ops--)
        if (pread(peer_disk, peer_buffer, BLOCK, (off_t)peer_random_block()) !=
            BLOCK)
            peer_die("pread");
}

static void pwrite_4k(unsigned ops)
{
    while (ops--)
        if (pwrite(peer_disk, peer_buffer, BLOCK, (off_t)peer_random_block()) !=
            BLOCK)
            peer_die("pwrite");
}

static void pread_mib(unsigned ops)
{
    static uint64_t at;

    while (ops--) {
        if (pread(peer_disk, peer_buffer, MIB, (off_t)at) != MIB)
            peer_die("pread");
        at = (at + MIB) % disk_bytes;
    }
}

void disk_measure(void)
{
    find_disk();
    no_scheduler();
    soak_measure("linux.pread.read_4k.depth_1", pread_4k, 200);
    soak_measure("linux.pread.write_4k.depth_1", pwrite_4k, 200);
    soak_measure("linux.pread.read_mib", pread_mib, 64);
    uring_measure();
}
