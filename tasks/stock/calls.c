/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Mach's device calls that wait for their answer. */
#include <device/net_status.h>
#include <mach/mig_errors.h>
#include <string.h>

#include "device.h"
#include "mach_port.h"
#include "stock.h"

#define PAGES 8192 /* bytes: more than a message has room for */

static void read_back(mach_port_t block, recnum_t recnum, const char *data,
                      unsigned size)
{
    io_buf_ptr_t pages = NULL;
    mach_msg_type_number_t count = 0;
    kern_return_t kr = device_read(block, 0, recnum, (int)size, &pages, &count);

    ok(kr == KERN_SUCCESS && count == size && memcmp(pages, data, size) == 0,
       "device_read gives what was written");
    if (kr == KERN_SUCCESS && count > 0)
        vm_deallocate(mach_task_self(), (vm_address_t)pages, count);
}

static void status(mach_port_t block, unsigned seed)
{
    int word[DEV_STATUS_MAX];
    mach_msg_type_number_t count = 2;

    ok(device_get_status(block, DEV_GET_SIZE, word, &count) == KERN_SUCCESS &&
           count == DEV_GET_SIZE_COUNT &&
           word[DEV_GET_SIZE_DEVICE_SIZE] == RECORD * RECORDS &&
           word[DEV_GET_SIZE_RECORD_SIZE] == RECORD,
       "DEV_GET_SIZE");
    count = DEV_STATUS_MAX;
    ok(device_get_status(block, DEV_GET_RECORDS, word, &count) ==
               KERN_SUCCESS &&
           count == DEV_GET_RECORDS_COUNT &&
           word[DEV_GET_RECORDS_DEVICE_RECORDS] == RECORDS,
       "DEV_GET_RECORDS, with room for more");
    word[0] = (int)seed;
    ok(device_set_status(block, FLAVOR_SETTING, word, 1) == KERN_SUCCESS,
       "device_set_status");
    word[0] = 0;
    count = 2;
    ok(device_get_status(block, FLAVOR_SETTING, word, &count) == KERN_SUCCESS &&
           count == 1 && word[0] == (int)seed,
       "sets what device_get_status gets");
}

void test_calls(const struct devices *d, unsigned seed)
{
    static char data[PAGES];
    io_buf_ptr_inband_t field;
    mach_msg_type_number_t count = sizeof field;
    int written = 0;

    pattern(data, sizeof data, seed);
    ok(device_write(d->block, 0, 16, data, sizeof data, &written) ==
               KERN_SUCCESS &&
           written == sizeof data,
       "device_write");
    ok(device_write_inband(d->block, 0, 16, data + RECORD, 2 * RECORD,
                           &written) == KERN_SUCCESS &&
           written == 2 * RECORD,
       "device_write_inband");
    ok(device_read_inband(d->block, 0, 16, 2 * RECORD, field, &count) ==
               KERN_SUCCESS &&
           count == 2 * RECORD && memcmp(field, data + RECORD, count) == 0,
       "device_read_inband gives what was written");
    memcpy(data, data + RECORD, 2 * RECORD);
    read_back(d->block, 16, data, sizeof data);
    status(d->block, seed);
}

/* The disk's memory in ours: what is written in one place is read in the
 * other.  Mapped once; it is there after each death. */
void test_map(const struct devices *d, unsigned seed)
{
    static vm_address_t disk;
    mach_port_t object = MACH_PORT_NULL;
    io_buf_ptr_inband_t field;
    mach_msg_type_number_t count = sizeof field;
    const vm_prot_t both = VM_PROT_READ | VM_PROT_WRITE;
    int written;

    if (!disk) {
        ok(device_map(d->block, both, 0, RECORD * RECORDS, &object, 0) ==
                   KERN_SUCCESS &&
               vm_map(mach_task_self(), &disk, RECORD * RECORDS, 0, TRUE,
                      object, 0, FALSE, both, both,
                      VM_INHERIT_NONE) == KERN_SUCCESS,
           "device_map and vm_map");
        mach_port_deallocate(mach_task_self(), object);
    }
    char *record = (char *)disk + 900 * RECORD;
    pattern(record, RECORD, seed + 50);
    ok(device_read_inband(d->block, 0, 900, RECORD, field, &count) ==
               KERN_SUCCESS &&
           memcmp(field, record, RECORD) == 0,
       "what is written through the map is read");
    pattern(field, sizeof field, seed + 51);
    ok(device_write_inband(d->block, 0, 900, field, RECORD, &written) ==
               KERN_SUCCESS &&
           memcmp(field, record, RECORD) == 0,
       "and what is written is in the map");
    ok(device_map(d->character, both, 0, 4096, &object, 0) ==
           D_INVALID_OPERATION,
       "a device without memory: D_INVALID_OPERATION");
    ok(device_map(d->block, both, 0, RECORD * RECORDS + 1, &object, 0) ==
           D_INVALID_RECNUM,
       "more than there is is not mapped");
}

void test_errors(const struct devices *d)
{
    static io_buf_ptr_inband_t odd;
    io_buf_ptr_inband_t field;
    io_buf_ptr_t pages = NULL;
    mach_msg_type_number_t count = sizeof field;
    int word[2], written = 0;
    mach_port_t nothing = MACH_PORT_NULL, port = receive_port();

    ok(device_open(mach_task_self(), 0, "nobody", &nothing) == D_NO_SUCH_DEVICE,
       "a device that nobody has: D_NO_SUCH_DEVICE");
    ok(device_read_inband(d->block, 0, RECORDS, RECORD, field, &count) ==
           D_INVALID_RECNUM,
       "past the end: D_INVALID_RECNUM");
    ok(device_read(d->block, 0, RECORDS - 1, 2 * RECORD, &pages, &count) ==
           D_INVALID_RECNUM,
       "and out of line");
    ok(device_write_inband(d->block, 0, RECORDS, odd, RECORD, &written) ==
           D_INVALID_RECNUM,
       "and of a write");
    ok(device_write(d->block, 0, RECORDS, odd, RECORD, &written) ==
           D_INVALID_RECNUM,
       "and of one out of line");
    ok(device_write_inband(d->block, 0, 0, odd, 3, &written) == D_INVALID_SIZE,
       "not a record: D_INVALID_SIZE");
    ok(device_read(d->block, 0, 0, -1, &pages, &count) == D_INVALID_SIZE,
       "fewer than no bytes: D_INVALID_SIZE");
    count = sizeof field;
    ok(device_read_inband(d->block, 0, 0, 1000 * RECORD, field, &count) ==
               KERN_SUCCESS &&
           count <= IO_INBAND_MAX,
       "more than fits in-band: as much as does");
    count = 2;
    ok(device_get_status(d->block, 0x777, word, &count) == D_INVALID_OPERATION,
       "an unknown flavour: D_INVALID_OPERATION");
    ok(device_set_status(d->block, 0x777, word, 1) == D_INVALID_OPERATION,
       "and of set_status");
    count = 0;
    ok(device_get_status(d->block, DEV_GET_SIZE, word, &count) ==
           D_INVALID_SIZE,
       "no room for the answer: D_INVALID_SIZE");
    ok(device_read_inband(d->character, D_NOWAIT, 0, 8, field, &count) ==
           D_WOULD_BLOCK,
       "D_NOWAIT and nothing there: D_WOULD_BLOCK");
    ok(device_intr_register(d->block, 3, 0, port, MACH_MSG_TYPE_MAKE_SEND) ==
           D_INVALID_OPERATION,
       "a driver's device has no interrupts: D_INVALID_OPERATION");
    ok(!has_senders(port), "and the port it was given is given up");
    mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
}

void test_filter(const struct devices *d)
{
    static struct {
        struct net_rcv_msg msg;
        char room[64];
    } in;
    const filter_t filter[] = {NETF_IN | NETF_BPF, 6, 0, 0xffff, 0xffff};
    mach_port_t port = receive_port(), other = receive_port();
    const io_buf_ptr_inband_t packet = "a packet";
    int written;

    ok(device_set_filter(d->block, other, MACH_MSG_TYPE_MAKE_SEND, 1,
                         (filter_t *)filter, 5) == D_INVALID_OPERATION &&
           !has_senders(other),
       "no filter on a disk, and its port is given up");
    ok(device_set_filter(d->net, port, MACH_MSG_TYPE_MAKE_SEND, NET_HI_PRI,
                         (filter_t *)filter, 5) == KERN_SUCCESS &&
           has_senders(port),
       "device_set_filter");
    ok(device_write_inband(d->net, 0, 0, packet, 8, &written) == KERN_SUCCESS &&
           written == 8,
       "a packet is written");
    ok(receive(port, &in.msg.msg_hdr, sizeof in, 1000) == MACH_MSG_SUCCESS &&
           in.msg.msg_hdr.msgh_id == NET_RCV_MSG_ID &&
           in.msg.net_rcv_msg_packet_count ==
               sizeof(struct packet_header) + 8 &&
           memcmp(in.msg.packet + sizeof(struct packet_header), "a packet",
                  8) == 0,
       "and comes to the filter's port");
    mach_port_mod_refs(mach_task_self(), other, MACH_PORT_RIGHT_RECEIVE, -1);
    mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
}

/* As with the kernel's devices: the port dies. */
void test_close(void)
{
    mach_port_t device = MACH_PORT_NULL;
    io_buf_ptr_inband_t field;
    mach_msg_type_number_t count = sizeof field;

    ok(device_open(mach_task_self(), D_READ, "model-block", &device) ==
               KERN_SUCCESS &&
           device_read_inband(device, 0, 0, RECORD, field, &count) ==
               KERN_SUCCESS,
       "a second handle");
    ok(device_close(device) == KERN_SUCCESS, "device_close");
    ok(device_read_inband(device, 0, 0, RECORD, field, &count) ==
           MACH_SEND_INVALID_DEST,
       "ends the handle");
    mach_port_deallocate(mach_task_self(), device);
}
