/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of customer share. */
#ifndef CUSTOMER_H
#define CUSTOMER_H

#include <device/userspace_driver_sdk.h>
#include <stdbool.h>
#include <usrd/client.h>

#include "../model/model.h"

int incarnation(mach_port_t device); /* of its driver; -1: no answer */
unsigned random_below(unsigned n);

/* work.c: one piece of work on a device of this class; what came of it is
 * counted, and FALSE is what must not come. */
struct counts {
    unsigned long requests;
    unsigned long unknown; /* MIG_SERVER_DIED */
    unsigned long lost;    /* packets */
};
bool work_block(mach_port_t device, struct counts *counts);
bool work_character(mach_port_t device, struct counts *counts);
bool work_network(mach_port_t device, struct counts *counts);

/* rules.c; returns main()'s. */
int rules(void);

#endif
