/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's driver that has memory for a device, and no device.  It says where
 * that is and what was in it, and fills it with the number of its run.
 * dma undeclared: it does not say that it wants such memory.
 */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <string.h>

#include <mach/mach.h>
#include <usrd/types.h>

#define RING (64 * 1024)

static kern_return_t dma_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t dma_status(usrd_driver_t driver, void *context,
                                dev_flavor_t flavor, dev_status_t status,
                                natural_t *count)
{
    (void)driver, (void)context, (void)flavor, (void)status, (void)count;
    return D_INVALID_OPERATION;
}

static boolean_t all(const unsigned *words, size_t size, unsigned value)
{
    for (size_t n = 0; n < size / sizeof *words; n++)
        if (words[n] != value)
            return FALSE;
    return TRUE;
}

/* How much there is, by halves; the last piece that fails ends it. */
static size_t the_rest(usrd_driver_t driver)
{
    size_t sum = 0;
    vm_offset_t physical;

    for (size_t size = USRD_DMA_PIECE; size >= 64;)
        if (usrd_dma_alloc(driver, size, &physical))
            sum += size;
        else
            size /= 2;
    return sum;
}

static void show(usrd_driver_t driver)
{
    vm_offset_t p = 0, q = 0, r = 0;
    unsigned *ring = usrd_dma_alloc(driver, RING, &p);
    char *small = usrd_dma_alloc(driver, 100, &q);
    char *page = usrd_dma_alloc(driver, 4096, &r);

    if (!ring || !small || !page) {
        printf("nothing: %d %d %d\n", !!ring, !!small, !!page);
        return;
    }
    printf("ring=0x%lx small=0x%lx page=0x%lx\n", p, q, r);
    if (usrd_incarnation() == 1)
        printf("%s\n", all(ring, RING, 0) ? "all zero" : "not zero");
    else
        printf("%s\n",
               all(ring, RING, usrd_incarnation() - 1) ? "kept" : "lost");
    for (size_t n = 0; n < RING / sizeof *ring; n++)
        ring[n] = usrd_incarnation();
    printf("%s\n", (q & 127) == 0 && (r & 4095) == 0 ? "aligned" : "askew");
    usrd_dma_free(driver, page, 4096, r);
    printf("%s\n", usrd_dma_alloc(driver, 4096, &q) == page && q == r
                       ? "the last again"
                       : "another");
    printf("left=%lu\n", (unsigned long)the_rest(driver));
    printf("%s\n", usrd_dma_alloc(driver, 1, &q) || q ? "more" : "no more");
}

static struct usrd_driver_callbacks dma_callbacks = {
    .device_open = dma_open,
    .device_get_status = dma_status,
};

/* Whether or not it was declared: is there memory? */
static void probe(void)
{
    vm_address_t at = USRD_DMA_BASE, found = at;
    vm_size_t size;
    vm_prot_t access, most;
    vm_inherit_t inheritance;
    boolean_t shared;
    mach_port_t object;
    vm_offset_t offset;
    kern_return_t kr =
        vm_region(mach_task_self(), &found, &size, &access, &most, &inheritance,
                  &shared, &object, &offset);

    printf("%s at the window\n",
           kr == KERN_SUCCESS && found == at ? "memory" : "nothing");
}

int main(int argc, char **argv)
{
    boolean_t declare = argc < 2 || strcmp(argv[1], "undeclared") != 0;
    usrd_driver_t driver = usrd_driver_create(
        argv[0], "memory for a device", 1, 0,
        USRD_CAP_CHAR_DEVICE | (declare ? USRD_CAP_DMA : 0), &dma_callbacks);

    if (usrd_dma_alloc(driver, 64, NULL))
        printf("before it was registered\n");
    kern_return_t kr = usrd_driver_register(driver, mach_task_self());
    if (kr != USRD_SUCCESS) {
        printf("not registered: %d\n", kr);
        return 1;
    }
    usrd_driver_add_device(driver, argv[0], USRD_CAP_CHAR_DEVICE, NULL);
    probe();
    show(driver);
    return usrd_exit_code(usrd_driver_run(driver));
}
