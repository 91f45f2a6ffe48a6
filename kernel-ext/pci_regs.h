/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Configuration space of a PCI function (PCI 3.0 §6.1), as far as kernel-ext
 * looks at it. */
#ifndef KX_PCI_REGS_H
#define KX_PCI_REGS_H

#define VENDOR 0x00 /* §6.2.1; all ones: nothing there */
#define DEVICE 0x02
#define COMMAND 0x04 /* §6.2.2 */
#define COMMAND_IO 0x0001u
#define COMMAND_MEMORY 0x0002u
#define COMMAND_MASTER 0x0004u
#define COMMAND_NO_INTX 0x0400u
#define STATUS 0x06         /* §6.2.3; bits are cleared by writing ones */
#define STATUS_INTX 0x0008u /* it wants an interrupt, switched off or not */
#define STATUS_CAPABILITIES 0x0010u
#define REVISION 0x08
#define INTERFACE 0x09
#define CLASS 0x0a
#define CACHE_LINE 0x0c
#define LATENCY 0x0d
#define HEADER_TYPE 0x0e
#define HEADER_MULTI 0x80
#define HEADER_BRIDGE 0x01
#define BAR0 0x10 /* §6.2.5.1 */
#define BAR_IO 0x1
#define BAR_64 0x4
#define ROM 0x30           /* §6.2.5.2 */
#define SECONDARY_BUS 0x19 /* PCI-to-PCI Bridge 1.2, §3.2.5.4 */
#define SUBORDINATE_BUS 0x1a
#define CAPABILITIES 0x34 /* §6.7 */
#define LINE 0x3c
#define PIN 0x3d
#define BODY 0x40 /* past the header */
#define END 0x100

#define CAP_VENDOR 0x09
#define CAP_EXPRESS 0x10 /* PCI Express 2.0 §7.8; offsets in it: */
#define EXPRESS_TYPE(c) ((c) >> 4 & 0xf) /* of the 2 bytes at 0x02 */
#define EXPRESS_ROOT_PORT 0x4
#define EXPRESS_UPSTREAM 0x5
#define EXPRESS_DOWNSTREAM 0x6
#define EXPRESS_TO_PCI 0x7
#define EXPRESS_CAPS 0x04 /* 4 bytes */
#define EXPRESS_RESETS 0x10000000u
#define EXPRESS_CONTROL 0x08
#define EXPRESS_RESET 0x8000u /* reads as 0 */
#define EXPRESS_STATUS 0x0a
#define EXPRESS_PENDING 0x0020u
#define CAP_AF 0x13 /* Advanced Features, of conventional PCI; one byte each */
#define AF_CAPS 0x03
#define AF_RESETS 0x02u
#define AF_CONTROL 0x04
#define AF_RESET 0x01u
#define AF_STATUS 0x05
#define AF_PENDING 0x01u
#define MAX_CAPS 48 /* as many as fit: a list that goes round ends */

#endif
