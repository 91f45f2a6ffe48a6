/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's driver whose memory outlives it, and is mapped by its clients.
 */
#include <device/userspace_driver_sdk.h>

#include "board.h"

static unsigned *words; /* the board */

static kern_return_t board_init(usrd_driver_t driver)
{
    words = usrd_share_alloc(driver, BOARD_SIZE);
    unsigned *runs = usrd_share_alloc(driver, sizeof *runs);
    if (!words || !runs)
        return D_NO_MEMORY;
    words[BOARD_RUNS] = ++*runs;
    return KERN_SUCCESS;
}

static kern_return_t board_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t board_get(usrd_driver_t driver, void *context,
                               dev_flavor_t flavor, dev_status_t status,
                               natural_t *count)
{
    (void)driver, (void)context;
    if (flavor >= BOARD_SIZE / sizeof *words || *count < 1)
        return D_INVALID_OPERATION;
    status[0] = (int)words[flavor];
    *count = 1;
    return KERN_SUCCESS;
}

static kern_return_t board_set(usrd_driver_t driver, void *context,
                               dev_flavor_t flavor, dev_status_t status,
                               natural_t count)
{
    (void)driver, (void)context;
    if (flavor >= BOARD_SIZE / sizeof *words || count != 1)
        return D_INVALID_OPERATION;
    words[flavor] = (unsigned)status[0];
    return KERN_SUCCESS;
}

static kern_return_t board_map(usrd_driver_t driver, void *context,
                               vm_prot_t prot, vm_offset_t offset,
                               vm_size_t size, void **memory)
{
    (void)driver, (void)context;
    if (offset > BOARD_SIZE || size > BOARD_SIZE - offset)
        return D_INVALID_SIZE;
    if ((prot & VM_PROT_WRITE) && offset + size > BOARD_WRITABLE)
        return D_READ_ONLY;
    *memory = (char *)words + offset;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks board_callbacks = {
    .device_open = board_open,
    .device_get_status = board_get,
    .device_set_status = board_set,
    .device_map = board_map,
    .driver_init = board_init,
};

int main(void)
{
    usrd_driver_t driver =
        usrd_driver_create("board", "memory that stays", 1, 0,
                           USRD_CAP_CHAR_DEVICE, &board_callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "board", USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}
