/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tasks anvil and hammer say to each other in a ring's pages, in
 * place of requests. */
#ifndef ANVIL_H
#define ANVIL_H

#include <stdint.h>

#include <usrd/ring.h>
#include <usrd/types.h>

enum anvil_command {
    ANVIL_NOTHING,
    ANVIL_WRITE_CLIENT, /* into the client's page: a fault */
    ANVIL_CRASH,
    ANVIL_HOLD,    /* as if its device had every ring from now on */
    ANVIL_RELEASE, /* as if it was done with them */
    ANVIL_PROTECT, /* ask for a writable client's page; WORD is the answer */
    ANVIL_REGISTER_AGAIN, /* unregister, and come back */
    ANVIL_READ,           /* the byte at ADDRESS */
    ANVIL_TOUCH,          /* add up the buffers */
};

/* The client's page. */
struct anvil_wish {
    uint64_t command;
    uint64_t address;
};

/* The driver's. */
struct anvil_word {
    uint64_t bells; /* since this incarnation has it */
    uint64_t ring[8];
    uint64_t first, count;
    uint64_t run;    /* of the driver */
    uint64_t answer; /* of the last command */
};

#define ANVIL_KEEP 5000  /* a message on the handle, whose rights it keeps */
#define ANVIL_REFUSED 2u /* slots of a ring that it does not take */

#endif
