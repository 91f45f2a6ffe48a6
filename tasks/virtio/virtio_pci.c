/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A virtio device on PCI, from an unknown state to a working one.  Sections
 * are those of virtio 1.2. */
#include "virtio_pci.h"

#include <linux/virtio_config.h>
#include <usrd/io.h>

#define VENDOR 0x1af4
#define MODERN 0x1040 /* and the type (§4.1.2) */
#define TRANSITIONAL \
    0x1000 /* to 0x103f: the subsystem is the type (§4.1.2.1) */
#define PCI_SUBSYSTEM 0x2e
#define RESET_TIME 1000 /* ms */
#define GENERATIONS 100 /* looks at a configuration that changes meanwhile */

#define COMMON(d) ((d)->regions[VIRTIO_PCI_CAP_COMMON_CFG])
#define DEVICE(d) ((d)->regions[VIRTIO_PCI_CAP_DEVICE_CFG])

static boolean_t is_type(const struct virtio_pci *d, unsigned type)
{
    unsigned id = d->function.device_id;
    uint32_t subsystem = 0;

    if (d->function.vendor_id != VENDOR)
        return FALSE;
    if (id >= MODERN || id < TRANSITIONAL)
        return id == MODERN + type;
    usrd_pci_read(d->number, PCI_SUBSYSTEM, 2, &subsystem);
    return subsystem == type;
}

/* Each BAR once; what lies in it is where its capability says. */
static kern_return_t map(struct virtio_pci *d)
{
    void *bars[USRD_PCI_BAR_COUNT] = {0};

    for (unsigned type = 0; type < VIRTIO_CAPS; type++) {
        const struct virtio_cap *cap = &d->caps[type];
        if (!cap->length)
            continue;
        if (!bars[cap->bar] && usrd_pci_map(&d->function, cap->bar,
                                            &bars[cap->bar]) != USRD_SUCCESS)
            return D_NO_SUCH_DEVICE;
        d->regions[type] = (char *)bars[cap->bar] + cap->offset;
    }
    return KERN_SUCCESS;
}

kern_return_t virtio_pci_find(struct virtio_pci *d, usrd_driver_t driver,
                              unsigned n, unsigned type)
{
    *d = (struct virtio_pci){.driver = driver, .number = n};
    if (usrd_pci_get(n, &d->function) != KERN_SUCCESS || !is_type(d, type) ||
        !virtio_caps_find(n, &d->function, d->caps))
        return D_NO_SUCH_DEVICE;
    return map(d);
}

/* ---- §3.1.1: initialization ---- */

static unsigned status(const struct virtio_pci *d)
{
    return usrd_rd8(COMMON(d), VIRTIO_PCI_COMMON_STATUS);
}

static void add_status(const struct virtio_pci *d, unsigned bits)
{
    usrd_wr8(COMMON(d), VIRTIO_PCI_COMMON_STATUS, (uint8_t)(status(d) | bits));
}

static uint64_t offered(const struct virtio_pci *d)
{
    uint64_t bits = 0;

    for (unsigned half = 0; half < 2; half++) {
        usrd_wr32(COMMON(d), VIRTIO_PCI_COMMON_DFSELECT, half);
        bits |= (uint64_t)usrd_rd32(COMMON(d), VIRTIO_PCI_COMMON_DF)
                << 32 * half;
    }
    return bits;
}

static void accept(const struct virtio_pci *d, uint64_t bits)
{
    for (unsigned half = 0; half < 2; half++) {
        usrd_wr32(COMMON(d), VIRTIO_PCI_COMMON_GFSELECT, half);
        usrd_wr32(COMMON(d), VIRTIO_PCI_COMMON_GF,
                  (uint32_t)(bits >> 32 * half));
    }
}

/* §4.1.4.3.2: a reset is over when the status reads 0; until then the device
 * may use what it was given before. */
kern_return_t virtio_pci_reset(const struct virtio_pci *d)
{
    usrd_wr8(COMMON(d), VIRTIO_PCI_COMMON_STATUS, 0);
    return usrd_poll(status(d) == 0, RESET_TIME) ? KERN_SUCCESS : D_IO_ERROR;
}

/* Steps 1 to 6. */
kern_return_t virtio_pci_begin(struct virtio_pci *d, uint64_t features)
{
    USRD_CHECK_RETURN(virtio_pci_reset(d));
    add_status(d, VIRTIO_CONFIG_S_ACKNOWLEDGE);
    add_status(d, VIRTIO_CONFIG_S_DRIVER);
    d->features = offered(d) & (features | VIRTIO_FEATURE(VIRTIO_F_VERSION_1) |
                                VIRTIO_FEATURE(VIRTIO_F_ACCESS_PLATFORM));
    if (!(d->features & VIRTIO_FEATURE(VIRTIO_F_VERSION_1)))
        return D_NO_SUCH_DEVICE;
    accept(d, d->features);
    add_status(d, VIRTIO_CONFIG_S_FEATURES_OK);
    return status(d) & VIRTIO_CONFIG_S_FEATURES_OK ? KERN_SUCCESS : D_IO_ERROR;
}

static void set_address(const struct virtio_pci *d, unsigned low,
                        uint64_t address)
{
    usrd_wr32(COMMON(d), low, (uint32_t)address);
    usrd_wr32(COMMON(d), low + 4, (uint32_t)(address >> 32));
}

/* §4.1.4.4: where queue INDEX is notified; NULL: not in the region. */
static char *notify_address(const struct virtio_pci *d)
{
    const struct virtio_cap *cap = &d->caps[VIRTIO_PCI_CAP_NOTIFY_CFG];
    uint64_t at = (uint64_t)usrd_rd16(COMMON(d), VIRTIO_PCI_COMMON_Q_NOFF) *
                  cap->multiplier;

    if (at + 2 > cap->length)
        return NULL;
    return d->regions[VIRTIO_PCI_CAP_NOTIFY_CFG] + at;
}

/* The size that the device has, or less: a power of two, as ours. */
static unsigned agree_size(const struct virtio_pci *d, unsigned size)
{
    unsigned most = usrd_rd16(COMMON(d), VIRTIO_PCI_COMMON_Q_SIZE);

    if (size > VIRTQUEUE_MAX)
        size = VIRTQUEUE_MAX;
    while (size > most)
        size /= 2;
    return size;
}

static boolean_t has_memory(const struct virtio_pci *d, struct virtio_queue *q,
                            size_t bytes)
{
    if (!q->memory) {
        q->memory = usrd_dma_alloc(d->driver, bytes, &q->physical);
        q->bytes = bytes;
    }
    return q->memory && q->bytes >= bytes;
}

/* §4.1.5.1.3, step 7. */
kern_return_t virtio_pci_queue(struct virtio_pci *d, struct virtio_queue *q,
                               unsigned index, unsigned size, unsigned most)
{
    if (!(d->features & VIRTIO_FEATURE(VIRTIO_RING_F_INDIRECT_DESC)))
        most = 0;
    if (index >= usrd_rd16(COMMON(d), VIRTIO_PCI_COMMON_NUMQ))
        return D_NO_SUCH_DEVICE;
    usrd_wr16(COMMON(d), VIRTIO_PCI_COMMON_Q_SELECT, (uint16_t)index);
    size = agree_size(d, size);
    q->index = index;
    q->notify = notify_address(d);
    if (size == 0 || !q->notify)
        return D_NO_SUCH_DEVICE;
    struct virtqueue_layout l = virtqueue_layout(size, most);
    if (!has_memory(d, q, l.bytes))
        return D_NO_MEMORY;
    virtqueue_init(&q->ring, size, most,
                   (d->features & VIRTIO_FEATURE(VIRTIO_RING_F_EVENT_IDX)) != 0,
                   q->memory, q->physical);
    usrd_wr16(COMMON(d), VIRTIO_PCI_COMMON_Q_SIZE, (uint16_t)size);
    set_address(d, VIRTIO_PCI_COMMON_Q_DESCLO, q->physical);
    set_address(d, VIRTIO_PCI_COMMON_Q_AVAILLO, q->physical + l.available);
    set_address(d, VIRTIO_PCI_COMMON_Q_USEDLO, q->physical + l.used);
    usrd_wr16(COMMON(d), VIRTIO_PCI_COMMON_Q_ENABLE, 1);
    return KERN_SUCCESS;
}

/* Step 8.  It was reset: now it may have the bus. */
kern_return_t virtio_pci_ready(struct virtio_pci *d)
{
    USRD_CHECK_RETURN(usrd_pci_master(d->number, TRUE));
    add_status(d, VIRTIO_CONFIG_S_DRIVER_OK);
    return KERN_SUCCESS;
}

/* ---- At work ---- */

/* §4.1.5.2 */
void virtio_pci_notify(const struct virtio_queue *q)
{
    usrd_wr16(q->notify, 0, (uint16_t)q->index);
}

void virtio_pci_remind(const struct virtio_queue *q)
{
    if (q->ring.in_flight)
        virtio_pci_notify(q);
}

/* §4.1.4.5: reading the ISR clears it, and the line with it, so kernel-ext may
 * do that. */
kern_return_t virtio_pci_interrupt(struct virtio_pci *d,
                                   void (*handler)(usrd_driver_t, int))
{
    const struct virtio_cap *isr = &d->caps[VIRTIO_PCI_CAP_ISR_CFG];
    int line = d->function.line;

    USRD_CHECK_RETURN(usrd_driver_register_interrupt(d->driver, line, handler));
    d->quiet = d->number == 0 && /* the first on the line that is meant */
               usrd_driver_quiet_by_read(d->driver, line, isr->bar, isr->offset,
                                         1) == USRD_SUCCESS;
    return KERN_SUCCESS;
}

unsigned virtio_pci_isr(const struct virtio_pci *d)
{
    if (d->quiet)
        return usrd_driver_interrupt_status(d->driver, d->function.line);
    return usrd_rd8(d->regions[VIRTIO_PCI_CAP_ISR_CFG], 0);
}

boolean_t virtio_pci_failed(const struct virtio_pci *d)
{
    unsigned now = status(d); /* of a device that is gone, all ones */

    return (now & VIRTIO_CONFIG_S_NEEDS_RESET) ||
           !(now & VIRTIO_CONFIG_S_DRIVER_OK);
}

/* ---- §4.1.4.6: the device's own configuration ---- */

static boolean_t has(const struct virtio_pci *d, size_t offset, size_t width)
{
    return offset + width <= d->caps[VIRTIO_PCI_CAP_DEVICE_CFG].length;
}

uint8_t virtio_pci_config8(const struct virtio_pci *d, size_t offset)
{
    return has(d, offset, 1) ? usrd_rd8(DEVICE(d), offset) : 0;
}

uint16_t virtio_pci_config16(const struct virtio_pci *d, size_t offset)
{
    return has(d, offset, 2) ? usrd_rd16(DEVICE(d), offset) : 0;
}

uint32_t virtio_pci_config32(const struct virtio_pci *d, size_t offset)
{
    return has(d, offset, 4) ? usrd_rd32(DEVICE(d), offset) : 0;
}

/* §2.5.3, §4.1.3.1: in two halves, of one generation. */
uint64_t virtio_pci_config64(const struct virtio_pci *d, size_t offset)
{
    uint64_t value = 0;

    for (unsigned n = 0; has(d, offset, 8) && n < GENERATIONS; n++) {
        uint8_t before = usrd_rd8(COMMON(d), VIRTIO_PCI_COMMON_CFGGENERATION);
        value = usrd_rd32(DEVICE(d), offset) |
                (uint64_t)usrd_rd32(DEVICE(d), offset + 4) << 32;
        if (usrd_rd8(COMMON(d), VIRTIO_PCI_COMMON_CFGGENERATION) == before)
            break;
    }
    return value;
}
