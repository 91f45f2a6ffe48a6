/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a test's clients know of model, and what its files share. */
#ifndef MODEL_H
#define MODEL_H

#include <device/userspace_driver_sdk.h>

#define MODEL_RECORD 64
#define MODEL_RECORDS 1024
#define MODEL_BYTES (MODEL_RECORDS * MODEL_RECORD)
#define MODEL_POISON "poison" /* the beginning of a write that kills it */

#define MODEL_DEADLY 0x4000 /* mode: the open kills it */

/* Flavours beside DEV_GET_SIZE and DEV_GET_RECORDS. */
enum model_flavour {
    MODEL_DIE = 0x6d640001, /* set: crash with this request in hand */
    MODEL_DROP,             /* set: drop it, and live */
    MODEL_INCARNATION,      /* get: one word */
    MODEL_SETTING,          /* get, set: one word */
};

/* stream.c: what was written, to be read once; one reader may wait. */
struct stream {
    char bytes[1024];
    vm_size_t n;
    usrd_op_t waiting;
    vm_size_t wanted;
};
kern_return_t stream_read(usrd_driver_t driver, struct stream *s,
                          dev_mode_t mode, vm_size_t wanted, void **data,
                          vm_size_t *got);
kern_return_t stream_write(usrd_driver_t driver, struct stream *s,
                           const void *data, vm_size_t size,
                           vm_size_t *written);

#endif
