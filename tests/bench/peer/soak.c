/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The soaker: a process of SCHED_IDLE that counts.  What it would have counted
 * and did not is what the work cost, interrupts and scheduling with it; time in
 * which everybody waits for the disk costs nothing. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peer.h"

#define CALIBRATE_US 300000
#define CALIBRATIONS 30

static volatile uint64_t *count;
static double ticks; /* each count, the kernel's clock included */

static uint64_t now(void)
{
    return __builtin_ia32_rdtsc();
}

void soak_start(void)
{
    struct sched_param none = {0};

    count = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED)
        peer_die("mmap");
    *count = 0;
    if (fork() == 0) {
        if (sched_setscheduler(0, SCHED_IDLE, &none))
            peer_die("SCHED_IDLE");
        for (;;)
            ++*count;
    }
}

static double calibration(void)
{
    uint64_t began = now(), counted = *count;

    usleep(CALIBRATE_US);
    return (double)(now() - began) / (double)(*count - counted);
}

/* Until the kernel has done what it puts off at its start: two that agree. */
void soak_calibrate(void)
{
    double before = 0;

    usleep(CALIBRATE_US);
    for (unsigned n = 0; n < CALIBRATIONS; n++) {
        ticks = calibration();
        if (ticks - before < ticks / 2000 && before - ticks < ticks / 2000)
            return;
        before = ticks;
    }
    peer_die("calibration");
}

void soak_measure(const char *name, peer_work work, unsigned ops)
{
    work(ops / 8 + 1); /* warm up */
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t began = now(), counted = *count;
        work(ops);
        double all = (double)(now() - began);
        double idle = (double)(*count - counted) * ticks;
        printf("bench %s %.0f\n", name, (all - idle) / ops);
    }
}
