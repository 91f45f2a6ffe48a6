/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the hammer task share. */
#ifndef HAMMER_H
#define HAMMER_H

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>

#include <usrd/client.h>

#include "../anvil/anvil.h"
#include "../census/count.h"
#include "../ktap.h"

#define PAGE 4096ul

struct ring {
    mach_port_t handle;
    vm_offset_t at;
};

extern mach_port_t doorbell; /* of all rings */
extern const char *anvil;    /* its driver's name */

/* One result: the call must have returned exactly that. */
#define expect(result, call) ktap_returns((result), (call), #call)

kern_return_t make_on(const char *name, unsigned mode, unsigned slots,
                      uint64_t bytes, struct ring *r);
kern_return_t make(uint64_t bytes, struct ring *r); /* on anvil, of 8 */
kern_return_t destroy(struct ring *r);

volatile struct anvil_word *word(const struct ring *r);
volatile struct anvil_wish *wish(const struct ring *r);
volatile unsigned char *data(const struct ring *r);

/* Have the driver do that; was the bell heard? */
bool strike(const struct ring *r, enum anvil_command command);
kern_return_t ring_bell(const struct ring *r);
bool heard(unsigned ms);

void same_as(const char *what, struct census before);
void as_free(const char *what, struct census before); /* pages alone */
/* So many pages fewer than then? */
bool fewer(struct census then, uint64_t pages);

/* life.c, ends.c, limits.c, windows.c, memory.c */
void life(void);
void ends(void);
void limits(void);
void windows(void);
void memory(void);
void instances(void);
void kept(void);

#endif
