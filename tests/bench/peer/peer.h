/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Linux's side of the benchmarks of devices: the first and only process of a small
 * initramfs.  It prints `bench NAME VALUE`, as tasks/bench does, instructions
 * an operation, a line a round. */
#ifndef PEER_H
#define PEER_H

#include <stdint.h>

#define ROUNDS 5
#define BLOCK 4096u
#define MIB (1024u * 1024u)
#define DEPTH 32u

/* What a round does: OPS operations. */
typedef void (*peer_work)(unsigned ops);

/* init.c */
__attribute__((noreturn)) void peer_die(const char *what);

/* disk.c */
extern int peer_disk;             /* open, O_DIRECT */
extern char *peer_buffer;         /* 1 MiB, there and aligned */
uint64_t peer_random_block(void); /* the offset of one, anywhere on the disk */
void disk_measure(void);

/* echo.c */
void echo_measure(void);

/* soak.c: a process that runs when nobody else wants to, and counts. */
void soak_start(void);
void soak_calibrate(void);
void soak_measure(const char *name, peer_work work, unsigned ops);

/* uring.c */
void uring_measure(void);

#endif
