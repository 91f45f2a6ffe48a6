/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * field: memory that no device is to touch, and what became of it. */
#include <device/userspace_driver_sdk.h>

#include <string.h>

#include <usrd/types.h>

#include "stray.h"

#define WORDS (FIELD_BYTES / sizeof(uint64_t))

static volatile uint64_t *words;
static struct field_state state;

static uint64_t word(uint64_t n)
{
    return FIELD_TAG << 32 | n;
}

static kern_return_t field_init(usrd_driver_t driver)
{
    vm_offset_t physical;

    words = usrd_dma_alloc(driver, FIELD_BYTES, &physical);
    if (!words)
        return D_NO_MEMORY;
    state.physical = physical;
    for (uint64_t n = 0; n < WORDS; n++)
        words[n] = word(n);
    return KERN_SUCCESS;
}

static kern_return_t field_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t field_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t bytes_wanted, void **data,
                                vm_size_t *bytes_read)
{
    (void)context, (void)mode;
    if (bytes_wanted < sizeof state)
        return D_INVALID_SIZE;
    state.changed = 0;
    for (uint64_t n = 0; recnum == 1 && n < WORDS; n++)
        state.changed += words[n] != word(n);
    if (!(*data = usrd_malloc(driver, sizeof state)))
        return D_NO_MEMORY;
    memcpy(*data, &state, sizeof state);
    *bytes_read = sizeof state;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks field_callbacks = {
    .device_open = field_open,
    .device_read = field_read,
    .driver_init = field_init,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(
        "field", "memory that is nobody else's", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_DMA, &field_callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "field", USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}
