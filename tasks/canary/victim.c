/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * victim [DEVICE]: has a read of a ring under way all the time.  Its first one
 * shows that the device does write there. */
#include <stdio.h>
#include <string.h>

#include <usrd/client.h>
#include <usrd/ring.h>

#include "mover.h"

int main(int argc, char **argv)
{
    struct usrd_ring *ring;
    uint64_t count = 0;

    kern_return_t kr = usrd_ring_open(argc > 1 ? argv[1] : "mover", D_READ, 4,
                                      MOVER_RING, &ring);
    if (kr != KERN_SUCCESS) {
        printf("no ring: %s\n", usrd_error_text(kr));
        return 1;
    }
    char *data = usrd_ring_data(ring);
    usrd_set_timeout(0);
    for (unsigned n = 0;; n++) {
        memset(data, 'v', MOVER_RING);
        kr = usrd_ring_call(ring, USRD_RING_READ, 0, MOVER_BYTES, MOVER_AT,
                            &count);
        if (n == 0)
            printf("read %u bytes of %c: %s\n", (unsigned)count, data[MOVER_AT],
                   usrd_error_text(kr));
    }
}
