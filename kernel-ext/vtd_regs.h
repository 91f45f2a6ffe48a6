/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Intel VT-d 3.3: registers of a remapping unit (§11.4), and what it reads in
 * memory (§9, §6.5.2), as far as kernel-ext uses them. */
#ifndef KX_VTD_REGS_H
#define KX_VTD_REGS_H

#define VER 0x00 /* 32 bits */
#define VER_MAJOR(v) ((v) >> 4 & 0xf)
#define CAP 0x08 /* 64 */
#define CAP_DOMAINS(c) (16ull << 2 * ((c)&7))
#define CAP_WRITE_BUFFER 0x10ull /* to be flushed after tables change */
#define CAP_PROTECTED 0x60ull    /* protected memory, low and high */
#define CAP_CACHES_ABSENT 0x80ull
#define CAP_LEVELS_3 0x200ull /* of tables: 39 bits */
#define CAP_LEVELS_4 0x400ull /* 48 bits */
#define CAP_RECORDS_AT(c) (16 * (unsigned)((c) >> 24 & 0x3ff))
#define CAP_RECORDS(c) (1 + (unsigned)((c) >> 40 & 0xff))
#define ECAP 0x10            /* 64 */
#define ECAP_COHERENT 0x1ull /* it sees what is in the processor's caches */
#define ECAP_QUEUE 0x2ull
#define ECAP_IOTLB_AT(e) (16 * (unsigned)((e) >> 8 & 0x3ff))
#define GCMD 0x18 /* 32; what is on stays on if it is written again */
#define GSTS 0x1c /* 32; the same bits, as they are */
#define G_TRANSLATE 0x80000000u
#define G_ROOT 0x40000000u         /* once */
#define G_WRITE_BUFFER 0x08000000u /* once */
#define G_QUEUE 0x04000000u
#define G_KEEP 0x96ffffffu /* but for those that do something once */
#define RTADDR 0x20        /* 64 */
#define CCMD 0x28          /* 64 */
#define CCMD_GO (1ull << 63)
#define CCMD_ALL (1ull << 61)
#define CCMD_DOMAIN (2ull << 61)
#define FSTS 0x34             /* 32; cleared by writing ones */
#define FSTS_OVERFLOW 0x1u    /* faults were lost */
#define FSTS_PENDING 0x2u     /* a record has one */
#define FSTS_QUEUE 0x70u      /* the queue is in error */
#define FECTL 0x38            /* 32 */
#define FECTL_MASK (1u << 31) /* no interrupts */
#define PMEN 0x64             /* 32 */
#define PMEN_ON (1u << 31)
#define PMEN_IS_ON 0x1u
#define IQH 0x80   /* 64 */
#define IQT 0x88   /* 64 */
#define IQA 0x90   /* 64; a page */
#define IOTLB 0x08 /* 64; past ECAP_IOTLB_AT */
#define IOTLB_GO (1ull << 63)
#define IOTLB_ALL (1ull << 60)
#define IOTLB_DOMAIN (2ull << 60)
#define IOTLB_DRAIN (3ull << 48) /* what is under way comes first */
#define IOTLB_ID(d) ((uint64_t)(d) << 32)

/* A fault record, 16 bytes (§11.4.14). */
#define RECORD 16
#define RECORD_SOURCE 8 /* 16 bits; the address is in the first 8 bytes */
#define RECORD_HIGH 12  /* 32 */
#define RECORD_FAULT 0x80000000u /* cleared by writing a one */
#define RECORD_READ 0x40000000u
#define RECORD_REASON(r) ((r)&0xff)

/* Descriptors in the queue, 16 bytes, and §6.5.2's numbers of them. */
#define QUEUE_LENGTH 256u
#define Q_CONTEXT 0x1ull
#define Q_IOTLB 0x2ull
#define Q_WAIT 0x5ull
#define Q_ALL 0x10ull
#define Q_DOMAIN 0x20ull
#define Q_DRAIN 0xc0ull /* of Q_IOTLB */
#define Q_ID(d) ((uint64_t)(d) << 16)
#define Q_STATUS 0x20ull /* of Q_WAIT: write the upper half at the address */

/* Root and context entries, 16 bytes (§9.1, §9.3), and of a second-level table,
 * 8 bytes (§9.8). */
#define ENTRY_PRESENT 0x1ull
#define CONTEXT_SILENT 0x2ull /* its faults are not recorded; absent or not */
#define CONTEXT_HIGH(domain, levels) ((uint64_t)(domain) << 8 | ((levels)-2u))
#define TABLE_READ 0x1ull
#define TABLE_WRITE 0x2ull
#define TABLE_BITS (TABLE_READ | TABLE_WRITE)
#define ENTRY_ADDRESS 0x000ffffffffff000ull

/* Reasons of faults (§7.1.3). */
#define FAULT_NO_ROOT 0x1
#define FAULT_NO_CONTEXT 0x2
#define FAULT_BAD_CONTEXT 0x3
#define FAULT_BEYOND 0x4
#define FAULT_WRITE 0x5
#define FAULT_READ 0x6

#endif
