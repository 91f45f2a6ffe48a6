/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The disk: what it is (virtio 1.2 §5.2.4), how it is started, and its
 * interrupts. */
#include <stdlib.h>

#include "blk.h"

#define FEATURE(name) VIRTIO_FEATURE(VIRTIO_##name)
#define WANTED                                                               \
    (FEATURE(BLK_F_SIZE_MAX) | FEATURE(BLK_F_SEG_MAX) |                      \
     FEATURE(BLK_F_GEOMETRY) | FEATURE(BLK_F_RO) | FEATURE(BLK_F_BLK_SIZE) | \
     FEATURE(BLK_F_FLUSH) | FEATURE(BLK_F_DISCARD) |                         \
     FEATURE(BLK_F_WRITE_ZEROES) | FEATURE(RING_F_INDIRECT_DESC) |           \
     FEATURE(RING_F_EVENT_IDX))

#define CONFIG(width, field)           \
    virtio_pci_config##width(&blk.pci, \
                             offsetof(struct virtio_blk_config, field))

struct blk_device blk;

static boolean_t has(uint64_t feature)
{
    return (blk.pci.features & feature) != 0;
}

/* §5.2.5: in the units of its requests; also when it says that it changed. */
static void read_capacity(void)
{
    uint64_t sectors = CONFIG(64, capacity);

    if (sectors > UINT64_MAX / 2 / BLK_SECTOR)
        sectors = 0;
    blk.bytes = sectors * BLK_SECTOR / blk.record * blk.record;
}

/* A record has to be a power of two, and not more than an RPC moves. */
static boolean_t read_record(void)
{
    blk.record =
        has(FEATURE(BLK_F_BLK_SIZE)) ? CONFIG(32, blk_size) : BLK_SECTOR;
    return blk.record >= BLK_SECTOR && blk.record <= BLK_PIECE &&
           (blk.record & (blk.record - 1)) == 0;
}

static uint64_t rounded(uint64_t bytes)
{
    return bytes & ~(uint64_t)(blk.record - 1);
}

/* What one request of the device may move: so many segments, each so long,
 * whole records.  Two of the queue's entries are for what is around the data,
 * where there are no tables. */
static void read_transfer(void)
{
    uint32_t segments = BLK_SEGMENTS, size = UINT32_MAX;
    unsigned room = blk.queue.ring.size - 2;

    if (has(FEATURE(BLK_F_SEG_MAX)) && CONFIG(32, seg_max) < segments)
        segments = CONFIG(32, seg_max);
    if (has(FEATURE(BLK_F_SIZE_MAX)))
        size = CONFIG(32, size_max);
    if (!has(FEATURE(RING_F_INDIRECT_DESC)) && room < segments)
        segments = room;
    blk.segment = (uint32_t)rounded(size);
    blk.transfer = (uint64_t)blk.segment * segments;
    if (blk.transfer > rounded(INT32_MAX))
        blk.transfer = rounded(INT32_MAX);
}

static struct blk_limits limits(uint32_t most, uint32_t align)
{
    struct blk_limits l = {rounded((uint64_t)most * BLK_SECTOR),
                           align * BLK_SECTOR};

    if (l.align < blk.record || l.align % blk.record)
        l.align = blk.record;
    return l;
}

static void read_config(void)
{
    blk.read_only = has(FEATURE(BLK_F_RO));
    blk.cache = has(FEATURE(BLK_F_FLUSH));
    if (has(FEATURE(BLK_F_GEOMETRY))) {
        blk.cylinders = CONFIG(16, geometry.cylinders);
        blk.heads = CONFIG(8, geometry.heads);
        blk.sectors = CONFIG(8, geometry.sectors);
    }
    if (has(FEATURE(BLK_F_DISCARD)))
        blk.discard = limits(CONFIG(32, max_discard_sectors),
                             CONFIG(32, discard_sector_alignment));
    if (has(FEATURE(BLK_F_WRITE_ZEROES)))
        blk.zero = limits(CONFIG(32, max_write_zeroes_sectors), 1);
}

void blk_give_up(const char *why)
{
    usrd_driver_report_error(blk.driver, 1, why);
    exit(1);
}

/* The cause is read first, which releases the line. */
static void interrupt(usrd_driver_t driver, int line)
{
    unsigned why = virtio_pci_isr(&blk.pci);

    (void)driver, (void)line;
    if (why & VIRTIO_ISR_CONFIG) {
        if (virtio_pci_failed(&blk.pci))
            blk_give_up("the device wants to be reset");
        read_capacity();
    }
    blk_collect();
    blk_publish();
}

kern_return_t blk_health_check(usrd_driver_t driver)
{
    (void)driver;
    if (virtio_pci_failed(&blk.pci))
        blk_give_up("the device is gone, or wants to be reset");
    blk_collect();
    blk_publish();
    virtio_pci_remind(&blk.queue);
    return KERN_SUCCESS;
}

kern_return_t blk_start(usrd_driver_t driver)
{
    blk.driver = driver;
    USRD_CHECK_RETURN(virtio_pci_find(&blk.pci, driver, 0, VIRTIO_ID_BLOCK));
    USRD_CHECK_RETURN(virtio_pci_begin(&blk.pci, WANTED));
    USRD_CHECK_RETURN(virtio_pci_queue(&blk.pci, &blk.queue, 0, BLK_REQUESTS,
                                       BLK_SEGMENTS + 2));
    if (blk.queue.ring.size < 4 || !read_record())
        return D_NO_SUCH_DEVICE;
    read_capacity();
    read_transfer();
    read_config();
    if (blk.transfer == 0)
        return D_NO_SUCH_DEVICE;
    USRD_CHECK_RETURN(blk_requests_init(driver));
    USRD_CHECK_RETURN(blk_rpc_init(driver));
    blk_ring_init();
    USRD_CHECK_RETURN(virtio_pci_interrupt(&blk.pci, interrupt));
    return virtio_pci_ready(&blk.pci);
}

kern_return_t blk_check(uint32_t type, uint64_t record, uint64_t count)
{
    uint64_t records = blk.bytes / blk.record;

    if (blk.read_only && type != VIRTIO_BLK_T_IN && type != VIRTIO_BLK_T_FLUSH)
        return D_READ_ONLY;
    if ((type == VIRTIO_BLK_T_DISCARD && !blk.discard.most) ||
        (type == VIRTIO_BLK_T_WRITE_ZEROES && !blk.zero.most))
        return D_INVALID_OPERATION;
    if (count % blk.record)
        return D_INVALID_SIZE;
    if (record > records || count / blk.record > records - record)
        return D_INVALID_RECNUM;
    return KERN_SUCCESS;
}
