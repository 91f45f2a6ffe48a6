/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Intel's gigabit Ethernet controllers, what the 82540EM and the 82574L have in
 * common unless it is said: registers of the first BAR, 32 bits each, and
 * descriptors in memory. */
#ifndef E1000_REGS_H
#define E1000_REGS_H

#include <stdint.h>

#define E1000_VENDOR 0x8086u
#define E1000_82540EM 0x100eu
#define E1000_82574L 0x10d3u

#define E1000_CTRL 0x0000
#define E1000_CTRL_ASDE (1u << 5) /* the speed that the PHY finds */
#define E1000_CTRL_SLU (1u << 6)  /* the link may come up */
#define E1000_CTRL_RST (1u << 26) /* clears itself */
#define E1000_STATUS 0x0008
#define E1000_STATUS_FD (1u << 0) /* full duplex */
#define E1000_STATUS_LU (1u << 1) /* the link is up */
#define E1000_STATUS_SPEED(status) \
    ((status) >> 6 & 3u)  /* 10, 100, 1000, 1000 */
#define E1000_EERD 0x0014 /* words of the EEPROM; done and address by chip */
#define E1000_EERD_START (1u << 0)
#define E1000_EERD_DATA(eerd) ((uint16_t)((eerd) >> 16))
#define E1000_CTRL_EXT 0x0018
#define E1000_CTRL_EXT_IAME (1u << 27) /* 82574L: a read of ICR clears it */

#define E1000_ICR 0x00c0         /* why it interrupts; cleared by a read */
#define E1000_ITR 0x00c4         /* least time between interrupts, in 256 ns */
#define E1000_IMS 0x00d0         /* w: let these interrupt */
#define E1000_IMC 0x00d8         /* w: do not */
#define E1000_IAM 0x00e0         /* 82574L: masked by a read of ICR */
#define E1000_INT_TXDW (1u << 0) /* sent */
#define E1000_INT_LSC (1u << 2)  /* the link changed */
#define E1000_INT_RXO (1u << 6)  /* a frame was lost: there was no buffer */
#define E1000_INT_RXT0 (1u << 7) /* received */

#define E1000_RCTL 0x0100
#define E1000_RCTL_EN (1u << 1)
#define E1000_RCTL_UPE (1u << 3)    /* all addresses */
#define E1000_RCTL_MPE (1u << 4)    /* all multicast ones */
#define E1000_RCTL_BAM (1u << 15)   /* and broadcast */
#define E1000_RCTL_SECRC (1u << 26) /* without the frame check sequence */
#define E1000_TCTL 0x0400
#define E1000_TCTL_EN (1u << 1)
#define E1000_TCTL_PSP (1u << 3)       /* short frames are filled up */
#define E1000_TCTL_CT(n) ((n) << 4)    /* collisions until it gives up, */
#define E1000_TCTL_COLD(n) ((n) << 12) /* and their window; half duplex only */
#define E1000_TIPG 0x0410              /* gaps between frames */
#define E1000_TIPG_OF(t, r1, r2) ((t) | (r1) << 10 | (r2) << 20)

#define E1000_RDBAL 0x2800 /* descriptors: where, */
#define E1000_RDBAH 0x2804
#define E1000_RDLEN 0x2808 /* how many bytes, a multiple of 128, */
#define E1000_RDH 0x2810   /* and from here on the device's, */
#define E1000_RDT 0x2818   /* to here; none if that is the same */
#define E1000_RDTR 0x2820  /* delays of interrupts */
#define E1000_RADV 0x282c
#define E1000_TDBAL 0x3800
#define E1000_TDBAH 0x3804
#define E1000_TDLEN 0x3808
#define E1000_TDH 0x3810
#define E1000_TDT 0x3818
#define E1000_TIDV 0x3820
#define E1000_TADV 0x382c
#define E1000_TARC0 0x3840 /* 82574L */
#define E1000_TARC0_ENABLE (1u << 10)
#define E1000_RXCSUM 0x5000
#define E1000_RXCSUM_IP (1u << 8)  /* look at sums of IP, */
#define E1000_RXCSUM_TCP (1u << 9) /* of TCP and UDP */
#define E1000_RFCTL 0x5008         /* 82574L: 0 is the descriptor below */
#define E1000_RAL 0x5400           /* address 0 */
#define E1000_RAH 0x5404
#define E1000_RAH_VALID (1u << 31)

/* RCTL's size of buffers is 0: 2048 bytes.  A frame of the usual length, with
 * a tag, fits into less. */
#define E1000_FRAME_MOST 1522u

/* A buffer to receive into. */
struct e1000_receive {
    uint64_t address;
    uint16_t length; /* of what came */
    uint16_t sum;
    uint8_t status, errors;
    uint16_t tag;
};

#define E1000_RX_DONE (1u << 0)
#define E1000_RX_END (1u << 1)    /* of the frame */
#define E1000_RX_IGNORE (1u << 2) /* nothing was summed */
#define E1000_RX_TCP (1u << 5)    /* summed: TCP or UDP, */
#define E1000_RX_IP (1u << 6)     /* IP */
#define E1000_RX_BAD_TCP (1u << 5)
#define E1000_RX_BAD_IP (1u << 6)

/* Something to send, or how what follows is summed (its first two words are
 * other ones then). */
struct e1000_transmit {
    union {
        uint64_t address;
        struct {
            uint32_t ip;
            uint8_t start, at; /* byte where the sum begins, and its place */
            uint16_t end;      /* 0: the frame's */
        } sum;
    };
    uint32_t command; /* and length */
    uint32_t status;
};

#define E1000_SUM_MOST 255u /* of start and at */

#define E1000_TX_DATA (1u << 20)   /* 0: it is about sums */
#define E1000_TX_END (1u << 24)    /* of the frame */
#define E1000_TX_FCS (1u << 25)    /* add it */
#define E1000_TX_REPORT (1u << 27) /* write DONE */
#define E1000_TX_FORMAT (1u << 29) /* it is one of these, no older one */
#define E1000_TX_DONE (1u << 0)    /* in the status */
#define E1000_TX_SUM (1u << 9)

_Static_assert(sizeof(struct e1000_receive) == 16, "the device's");
_Static_assert(sizeof(struct e1000_transmit) == 16, "the device's");

#endif
