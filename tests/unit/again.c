/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the client library does when a driver dies with a request, by the class
 * of the device: on devices that answer as each test says. */
#include <device/device.h>
#include <mach/mach.h>

#include <device/userspace_driver_types.h>
#include <usrd/client.h>
#include <usrd/types.h>

#include "../../libusrd-min/client/call.h"
#include "tap.h"
#include "userspace_driver.h"

#define DEVICE 0x70

static struct {
    unsigned deaths;  /* that the next requests meet, one each */
    boolean_t silent; /* their driver drops them, and lives */
    boolean_t more;   /* it answers more than was asked for */
    unsigned runs, resumed;
    boolean_t killed; /* the operator kills it */
    unsigned class, generation, faults;
    kern_return_t info; /* what device_info answers */
    mach_port_t next;   /* what device_open gives */
} fake;

static kern_return_t run(void)
{
    fake.runs++;
    if (fake.deaths == 0)
        return KERN_SUCCESS;
    fake.deaths--;
    fake.generation += !fake.silent;
    fake.faults += !fake.silent && !fake.killed;
    return MIG_SERVER_DIED;
}

void usrd_call_resume(void)
{
    fake.resumed++;
}

kern_return_t usrd_msg_device_info(mach_port_t control, const_usrd_name_t name,
                                   usrd_words_t info)
{
    (void)control, (void)name;
    memset(info, 0, sizeof(usrd_words_t));
    info[USRD_DEVICE_CLASS] = fake.class;
    info[USRD_DEVICE_GENERATION] = fake.generation;
    info[USRD_DEVICE_FAULTS] = fake.faults;
    return fake.info;
}

mach_port_t mach_task_self(void)
{
    return 1;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name)
{
    (void)task, (void)name;
    return KERN_SUCCESS;
}

kern_return_t vm_deallocate(mach_port_t task, vm_address_t data, vm_size_t size)
{
    (void)task, (void)data, (void)size;
    return KERN_SUCCESS;
}

kern_return_t device_open(mach_port_t master, dev_mode_t mode,
                          const_dev_name_t name, mach_port_t *device)
{
    (void)master, (void)mode, (void)name;
    *device = fake.next;
    return KERN_SUCCESS;
}

kern_return_t device_read_inband(mach_port_t device, dev_mode_t mode,
                                 recnum_t recnum, int wanted,
                                 io_buf_ptr_inband_t data,
                                 mach_msg_type_number_t *count)
{
    (void)device, (void)mode, (void)recnum;
    memset(data, 'r', (size_t)wanted);
    *count = (mach_msg_type_number_t)wanted + fake.more;
    return fake.more ? MIG_ARRAY_TOO_LARGE : run();
}

kern_return_t device_read(mach_port_t device, dev_mode_t mode, recnum_t recnum,
                          int wanted, io_buf_ptr_t *data,
                          mach_msg_type_number_t *count)
{
    static char pages[1000];

    (void)device, (void)mode, (void)recnum;
    *data = pages;
    *count = (mach_msg_type_number_t)wanted;
    return run();
}

kern_return_t device_write_inband(mach_port_t device, dev_mode_t mode,
                                  recnum_t recnum,
                                  const io_buf_ptr_inband_t data,
                                  mach_msg_type_number_t size, int *written)
{
    kern_return_t kr = run();

    (void)device, (void)mode, (void)recnum, (void)data;
    if (kr == KERN_SUCCESS)
        *written = (int)size - 1;
    return kr;
}

kern_return_t device_write(mach_port_t device, dev_mode_t mode, recnum_t recnum,
                           io_buf_ptr_t data, mach_msg_type_number_t size,
                           int *written)
{
    return device_write_inband(device, mode, recnum, data, size, written);
}

kern_return_t device_get_status(mach_port_t device, dev_flavor_t flavor,
                                dev_status_t status,
                                mach_msg_type_number_t *count)
{
    (void)device, (void)flavor, (void)status;
    kern_return_t kr = *count == 4 ? run() : KERN_FAILURE;
    *count = 1; /* also where it fails */
    return kr;
}

kern_return_t device_set_status(mach_port_t device, dev_flavor_t flavor,
                                const dev_status_t status,
                                mach_msg_type_number_t count)
{
    (void)device, (void)flavor, (void)status, (void)count;
    return run();
}

/* Each kind of request, met by so many deaths: its result. */
static kern_return_t request(int kind, unsigned deaths, size_t *moved)
{
    static char data[1000];
    int status[4] = {0};
    natural_t count = 4;

    *moved = 0;
    fake.deaths = deaths;
    fake.runs = fake.resumed = 0;
    switch (kind) {
    case 0:
        return usrd_read(DEVICE, 0, 0, data, 100, moved);
    case 1:
        return usrd_read(DEVICE, 0, 0, data, 1000, moved);
    case 2:
        return usrd_write(DEVICE, 0, 0, data, 100, moved);
    case 3:
        return usrd_write(DEVICE, 0, 0, data, 1000, moved);
    case 4:
        return usrd_get_status(DEVICE, 1, status, &count);
    default:
        return usrd_set_status(DEVICE, 1, status, 1);
    }
}
#define KINDS 6
#define READS(kind) ((kind) < 2)
#define WRITES(kind) ((kind) == 2 || (kind) == 3)

static void open_as(unsigned class)
{
    mach_port_t device;

    fake.silent = FALSE;
    fake.class = class;
    fake.generation = 5;
    fake.info = KERN_SUCCESS;
    fake.next = DEVICE;
    usrd_open("dev", D_READ, &device);
}

static void block(unsigned class)
{
    size_t moved;

    open_as(class);
    for (int kind = 0; kind < KINDS; kind++) {
        unsigned before = usrd_retries();
        EQ(request(kind, 0, &moved), KERN_SUCCESS, "no death");
        EQ(fake.runs, 1, "is one run");
        EQ(request(kind, 1, &moved), KERN_SUCCESS, "one death is not seen");
        EQ(fake.runs, 2, "and is two runs");
        EQ(fake.resumed, 1, "in the time of one");
        EQ(usrd_retries() - before, 1, "and is counted");
        EQ(request(kind, 2, &moved), D_IO_ERROR, "two deaths are an error");
        EQ(fake.runs, 2, "without a third run");
        EQ(moved, 0, "nothing came or went");
        fake.killed = TRUE;
        EQ(request(kind, 2, &moved), KERN_SUCCESS, "the operator's are not");
        EQ(request(kind, 9, &moved), KERN_SUCCESS, "however many");
        EQ(fake.runs, 10, "as long as there is time");
        fake.killed = FALSE;
    }
    fake.more = TRUE;
    EQ(request(0, 0, &moved), KERN_SUCCESS, "more than was asked for");
    EQ(moved, 100, "is cut");
    fake.more = FALSE;
    fake.silent = TRUE;
    EQ(request(0, 1, &moved), MIG_SERVER_DIED, "its driver lives");
    EQ(fake.runs, 1, "so it is not run again");
    fake.silent = FALSE;
    EQ(request(2, 1, &moved), KERN_SUCCESS, "a short write");
    EQ(moved, 99, "is a short one again");
    usrd_close(DEVICE);
    EQ(request(0, 1, &moved), MIG_SERVER_DIED, "closed: it is not known");
}

static void network(void)
{
    size_t moved;

    open_as(USRD_CAP_NETWORK);
    for (int kind = 0; kind < KINDS; kind++) {
        EQ(request(kind, 1, &moved), KERN_SUCCESS, "nothing is seen");
        EQ(fake.runs, WRITES(kind) ? 1 : 2, "a packet is lost, not sent twice");
        EQ(moved, READS(kind) || WRITES(kind) ? (kind & 1 ? 1000 : 100) : 0,
           "and counts as sent");
    }
    EQ(request(0, 9, &moved), KERN_SUCCESS, "a read waits as long as it takes");
    EQ(request(5, 2, &moved), D_IO_ERROR, "a status may be what kills it");
    fake.silent = TRUE;
    EQ(request(2, 1, &moved), MIG_SERVER_DIED, "its driver lives");
    usrd_close(DEVICE);
}

static void character(unsigned class)
{
    size_t moved;

    open_as(class);
    for (int kind = 0; kind < KINDS; kind++) {
        EQ(request(kind, 1, &moved), MIG_SERVER_DIED, "outcome unknown");
        EQ(fake.runs, 1, "it is not run again");
    }
    usrd_close(DEVICE);
}

static void unknown(void)
{
    mach_port_t device;
    size_t moved;

    fake.class = USRD_CAP_BLOCK_DEVICE;
    fake.info = KERN_SUCCESS;
    for (fake.next = 1; fake.next <= 32; fake.next++)
        usrd_open("dev", D_READ, &device);
    fake.next = DEVICE;
    EQ(usrd_open("dev", D_READ, &device), KERN_SUCCESS, "a 33rd opens");
    EQ(request(0, 1, &moved), MIG_SERVER_DIED, "but is not remembered");
    EQ(usrd_close(7), KERN_SUCCESS, "one is closed");
    usrd_open("dev", D_READ, &device);
    EQ(request(0, 1, &moved), KERN_SUCCESS, "then there is room");
    fake.info = KERN_FAILURE;
    EQ(request(0, 1, &moved), MIG_SERVER_DIED, "nobody knows how it fares");
    usrd_open("dev", D_READ, &device);
    fake.info = KERN_SUCCESS;
    EQ(request(0, 1, &moved), MIG_SERVER_DIED,
       "nor, of a port by the same name, what it is");
}

int main(void)
{
    block(USRD_CAP_BLOCK_DEVICE);
    block(USRD_CAP_STORAGE);
    network();
    character(USRD_CAP_CHAR_DEVICE);
    character(USRD_CAP_INPUT);
    unknown();
    return tap_end();
}
