/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each class of devices against the callbacks that its clients expect. */
#include <stddef.h>

#include <device/userspace_driver_sdk.h>

#include "tap.h"

enum { OPEN = 1, READ = 2, WRITE = 4, STATUS = 8, FILTER = 16 };

static kern_return_t opens(usrd_driver_t d, const char *n, dev_mode_t m,
                           void **c)
{
    (void)d, (void)n, (void)m, (void)c;
    return KERN_SUCCESS;
}

static kern_return_t reads(usrd_driver_t d, void *c, dev_mode_t m, recnum_t r,
                           vm_size_t n, void **data, vm_size_t *got)
{
    (void)d, (void)c, (void)m, (void)r, (void)n, (void)data, (void)got;
    return KERN_SUCCESS;
}

static kern_return_t writes(usrd_driver_t d, void *c, dev_mode_t m, recnum_t r,
                            void *data, vm_size_t n, vm_size_t *done)
{
    (void)d, (void)c, (void)m, (void)r, (void)data, (void)n, (void)done;
    return KERN_SUCCESS;
}

static kern_return_t tells(usrd_driver_t d, void *c, dev_flavor_t f,
                           dev_status_t s, natural_t *n)
{
    (void)d, (void)c, (void)f, (void)s, (void)n;
    return KERN_SUCCESS;
}

static kern_return_t filters(usrd_driver_t d, void *c, mach_port_t p,
                             int priority, const unsigned short *f, natural_t n)
{
    (void)d, (void)c, (void)p, (void)priority, (void)f, (void)n;
    return KERN_SUCCESS;
}

static boolean_t made(unsigned caps, unsigned has)
{
    struct usrd_driver_callbacks call = {
        .device_open = has & OPEN ? opens : NULL,
        .device_read = has & READ ? reads : NULL,
        .device_write = has & WRITE ? writes : NULL,
        .device_get_status = has & STATUS ? tells : NULL,
        .device_set_filter = has & FILTER ? filters : NULL,
    };
    usrd_driver_t driver = usrd_driver_create("dev", "", 1, 0, caps, &call);

    usrd_driver_destroy(driver);
    return driver != NULL;
}

int main(void)
{
    static const struct {
        unsigned cap, least[3]; /* enough, each of them */
        const char *name;
    } classes[] = {
        {USRD_CAP_BLOCK_DEVICE, {OPEN | READ}, "block"},
        {USRD_CAP_STORAGE, {OPEN | READ}, "storage"},
        {USRD_CAP_INPUT, {OPEN | READ}, "input"},
        {USRD_CAP_NETWORK,
         {OPEN | READ | WRITE, OPEN | WRITE | FILTER},
         "network"},
        {USRD_CAP_CHAR_DEVICE,
         {OPEN | READ, OPEN | WRITE, OPEN | STATUS},
         "character"},
        {USRD_CAP_AUDIO, {OPEN | READ, OPEN | WRITE, OPEN | STATUS}, "audio"},
        {USRD_CAP_GRAPHICS,
         {OPEN | READ, OPEN | WRITE, OPEN | STATUS},
         "graphics"},
    };

    for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++) {
        unsigned wrong = 0;
        for (unsigned has = 0; has < 2 * FILTER; has++) {
            boolean_t enough = FALSE;
            for (unsigned k = 0; k < 3; k++)
                if (classes[i].least[k])
                    enough |=
                        (has & classes[i].least[k]) == classes[i].least[k];
            wrong += made(classes[i].cap, has) != enough;
        }
        EQ(wrong, 0, classes[i].name);
    }
    OK(made(USRD_CAP_NONE, 0), "no class promises nothing");
    OK(made(USRD_CAP_INTERRUPT | USRD_CAP_PCI | USRD_CAP_DMA, 0),
       "nor do resources");
    OK(!made(USRD_CAP_CHAR_DEVICE | USRD_CAP_BLOCK_DEVICE, OPEN | WRITE),
       "of two classes both count");
    return tap_end();
}
