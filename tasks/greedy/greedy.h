/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ways of greedy; each gets the number after its name, 0 if there is none,
 * once the driver is ready, or (serve) at each read. */
#ifndef GREEDY_H
#define GREEDY_H

/* processor.c */
void greedy_spin(unsigned unused); /* and tell its share of each second */
void greedy_hang(unsigned unused); /* the same, without heartbeats */
void greedy_burn(unsigned ms);     /* of the processor's time */
void greedy_ask(const char *device, unsigned times);

/* memory.c */
void greedy_touch(unsigned mib);    /* what its program has */
void greedy_messages(unsigned mib); /* what it receives; 0: without end */
void greedy_send(const char *device, unsigned mib); /* one write */

#endif
