/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * model: a test's driver with a device of each class, and with ways to die of
 * a request.
 */
#include <device/net_status.h>
#include <mach/mach.h>
#include <stdbool.h>
#include <string.h>

#include "model.h"

#define FILTERS 4

static char *disk; /* a share: what was written outlives us */
static struct stream character, packets;
static mach_port_t filters[FILTERS];
static int setting;

/* The devices, by their context. */
static char block_device, char_device, net_device;

static void crash(void)
{
    *(volatile int *)0 = 1;
}

static kern_return_t model_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)context;
    if (mode & MODEL_DEADLY)
        crash();
    return KERN_SUCCESS;
}

static kern_return_t block_range(recnum_t recnum, vm_size_t size)
{
    if (size % MODEL_RECORD)
        return D_INVALID_SIZE;
    if (recnum > MODEL_RECORDS ||
        size / MODEL_RECORD > (vm_size_t)(MODEL_RECORDS - recnum))
        return D_INVALID_RECNUM;
    return KERN_SUCCESS;
}

static kern_return_t model_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t wanted, void **data, vm_size_t *got)
{
    if (context != &block_device)
        return stream_read(driver,
                           context == &char_device ? &character : &packets,
                           mode, wanted, data, got);
    USRD_CHECK_RETURN(block_range(recnum, wanted));
    *data = usrd_malloc(driver, wanted);
    if (!*data)
        return D_NO_MEMORY;
    memcpy(*data, disk + recnum * MODEL_RECORD, wanted);
    *got = wanted;
    return KERN_SUCCESS;
}

/* As the kernel delivers a packet to a filter. */
static void deliver(mach_port_t port, const void *data, vm_size_t size)
{
    static struct net_rcv_msg m;
    vm_size_t header = sizeof(struct packet_header);
    vm_size_t most = sizeof m.packet - header;
    vm_size_t n = size < most ? size : most;

    m.msg_hdr = (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = (mach_msg_size_t)(offsetof(struct net_rcv_msg, packet) +
                                       ((header + n + 7) & ~7ul)),
        .msgh_remote_port = port,
        .msgh_id = NET_RCV_MSG_ID,
    };
    m.header_type = m.packet_type = (mach_msg_type_t){
        .msgt_name = MACH_MSG_TYPE_BYTE, .msgt_size = 8, .msgt_inline = TRUE};
    m.header_type.msgt_number = sizeof m.header;
    m.packet_type.msgt_number = (unsigned)(header + n);
    memset(m.header, 0, sizeof m.header);
    memset(m.packet, 0, header);
    memcpy(m.packet + header, data, n);
    mach_msg(&m.msg_hdr, MACH_SEND_MSG | MACH_SEND_TIMEOUT, m.msg_hdr.msgh_size,
             0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static kern_return_t model_write(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum, void *data,
                                 vm_size_t size, vm_size_t *written)
{
    (void)mode;
    if (context == &block_device) {
        USRD_CHECK_RETURN(block_range(recnum, size));
        if (size && memcmp(data, MODEL_POISON, strlen(MODEL_POISON)) == 0)
            crash();
        memcpy(disk + recnum * MODEL_RECORD, data, size);
        *written = size;
        return KERN_SUCCESS;
    }
    if (context == &char_device)
        return stream_write(driver, &character, data, size, written);
    for (int n = 0; n < FILTERS; n++)
        if (filters[n] != MACH_PORT_NULL)
            deliver(filters[n], data, size);
    packets.n = 0; /* a packet that nobody reads is lost */
    return stream_write(driver, &packets, data, size, written);
}

static kern_return_t model_get_status(usrd_driver_t driver, void *context,
                                      dev_flavor_t flavor, dev_status_t status,
                                      natural_t *count)
{
    bool block = context == &block_device;

    (void)driver;
    if (*count < 2)
        return D_INVALID_SIZE;
    *count = 2;
    switch (flavor) {
    case DEV_GET_SIZE:
        status[DEV_GET_SIZE_DEVICE_SIZE] = block ? MODEL_BYTES : 0;
        status[DEV_GET_SIZE_RECORD_SIZE] = block ? MODEL_RECORD : 1;
        return KERN_SUCCESS;
    case DEV_GET_RECORDS:
        status[DEV_GET_RECORDS_DEVICE_RECORDS] = block ? MODEL_RECORDS : 0;
        status[DEV_GET_RECORDS_RECORD_SIZE] = block ? MODEL_RECORD : 1;
        return KERN_SUCCESS;
    case MODEL_INCARNATION:
        status[0] = (int)usrd_incarnation();
        *count = 1;
        return KERN_SUCCESS;
    case MODEL_SETTING:
        status[0] = setting;
        *count = 1;
        return KERN_SUCCESS;
    }
    return D_INVALID_OPERATION;
}

static kern_return_t model_set_status(usrd_driver_t driver, void *context,
                                      dev_flavor_t flavor, dev_status_t status,
                                      natural_t count)
{
    (void)driver, (void)context;
    switch (flavor) {
    case MODEL_DIE:
        crash();
        return KERN_SUCCESS;
    case MODEL_DROP:
        return MIG_NO_REPLY;
    case MODEL_SETTING:
        if (count != 1)
            return D_INVALID_SIZE;
        setting = status[0];
        return KERN_SUCCESS;
    }
    return D_INVALID_OPERATION;
}

static kern_return_t model_set_filter(usrd_driver_t driver, void *context,
                                      mach_port_t port, int priority,
                                      const unsigned short *filter,
                                      natural_t count)
{
    (void)driver, (void)priority, (void)filter;
    if (context != &net_device || count == 0)
        return D_INVALID_OPERATION;
    for (int n = 0; n < FILTERS; n++)
        if (filters[n] == MACH_PORT_NULL) {
            filters[n] = port;
            return KERN_SUCCESS;
        }
    return D_NO_MEMORY;
}

static kern_return_t model_map(usrd_driver_t driver, void *context,
                               vm_prot_t prot, vm_offset_t offset,
                               vm_size_t size, void **memory)
{
    (void)driver;
    if (context != &block_device || (prot & ~(VM_PROT_READ | VM_PROT_WRITE)))
        return D_INVALID_OPERATION;
    if (offset > MODEL_BYTES || size > MODEL_BYTES - offset)
        return D_INVALID_RECNUM;
    *memory = disk + offset;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks model_callbacks = {
    .device_open = model_open,
    .device_read = model_read,
    .device_write = model_write,
    .device_get_status = model_get_status,
    .device_set_status = model_set_status,
    .device_set_filter = model_set_filter,
    .device_map = model_map,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(
        "model", "a device of each class", 1, 0,
        USRD_CAP_BLOCK_DEVICE | USRD_CAP_CHAR_DEVICE | USRD_CAP_NETWORK,
        &model_callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        !(disk = usrd_share_alloc(driver, MODEL_BYTES)) ||
        usrd_driver_add_device(driver, "model-block", USRD_CAP_BLOCK_DEVICE,
                               &block_device) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "model-char", USRD_CAP_CHAR_DEVICE,
                               &char_device) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "model-net", USRD_CAP_NETWORK,
                               &net_device) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}
