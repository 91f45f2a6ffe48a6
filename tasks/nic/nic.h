/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The class of network devices: clients by ring and by Mach's messages, their
 * addresses and filters, over a device that the driver's own file knows.  That
 * file fills in a struct nic_device and calls nic_main(); the library calls its
 * functions, and is told by the interrupt's handler what the device has done.
 *
 * Nothing here blocks, and no function of a device may. */
#ifndef NIC_H
#define NIC_H

#include <stdbool.h>
#include <stdint.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/net.h>

/* Frames that a device may have at a time, and so the ids that there are. */
#define NIC_RECEIVES 128u
#define NIC_SENDS 128u

struct nic_device {
    const char *description;
    /* In driver_init, once: find and map it, take memory, register the
     * interrupt, fill in what follows the functions. */
    kern_return_t (*find)(usrd_driver_t driver);
    /* From an unknown state to a working one: queues empty, not promiscuous,
     * all groups let in.  Also after stop(). */
    kern_return_t (*start)(void);
    /* It has none of our buffers afterwards, and answers none of them. */
    void (*stop)(void);
    /* Send BYTES at PHYSICAL.  OFFLOAD is 0 or an USRD_NET_CHECKSUM() that was
     * checked.  ID, below NIC_SENDS, is for nic_sent(), which may be called at
     * once.  FALSE: no room. */
    bool (*send)(unsigned id, uint64_t physical, uint32_t bytes,
                 uint64_t offload);
    /* A buffer for frames to come, as above; ID is below NIC_RECEIVES. */
    bool (*receive)(unsigned id, uint64_t physical, uint32_t bytes);
    /* After a batch of both: the device is to know.  What it has done already
     * may be said from here. */
    void (*kick)(void);
    void (*promiscuous)(bool on);
    /* Call nic_sent() and nic_received() for what was done, without an
     * interrupt; NULL: all that is sent interrupts soon. */
    void (*poll)(void);
    /* With each heartbeat, if it was started: give up if it is gone, and tell
     * it again of what it has; or NULL. */
    void (*check)(void);

    uint8_t address[USRD_NET_ADDRESS];
    uint32_t mtu;
    uint32_t buffer_min; /* bytes; a shorter READ is refused */
    unsigned features;   /* USRD_NET_CAN_SUM and its kin */
};

/* All of a driver: argv[1], or argv[0], is its device's name.  Returns what
 * main() does. */
int nic_main(int argc, char **argv, struct nic_device *device);

/* From the interrupt's handler, for each frame; nic_end() when that is all. */
void nic_sent(unsigned id, kern_return_t result);
/* FLAGS: USRD_NET_CHECKED, USRD_NET_MORE. */
void nic_received(unsigned id, uint32_t bytes, uint64_t flags);
void nic_end(void);

/* Where the driver has the buffer that the device has as ID. */
void *nic_buffer(unsigned id);

/* For a device whose driver can put off the interrupts for frames that it has
 * sent: how many may be sent before clients are short of buffers, 1 or more. */
unsigned nic_sent_soon(void);

void nic_link(bool up);

/* The device broke its rules: end this incarnation, the next one resets it. */
void nic_give_up(const char *why) __attribute__((noreturn));

#endif
