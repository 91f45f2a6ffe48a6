/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * I/O ports and device registers in memory.  An I/O port that the module line
 * does not grant (ioports=) ends the task: exception:bad-instruction.  What is
 * here is beyond the framework document.  Nothing blocks; usrd_mmio_map() and
 * usrd_granted() wait for kernel-ext's answer. */
#ifndef USRD_IO_H
#define USRD_IO_H

#include <stddef.h>
#include <stdint.h>

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/machine/vm_types.h>

#include <usrd/types.h>

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint16_t inw(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint32_t inl(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void outb(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void outw(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void outl(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

/* Registers in a window from usrd_mmio_map(), at byte OFFSET, in their own
 * width, once each and in program order. */
static inline uint8_t usrd_rd8(const volatile void *base, size_t offset)
{
    return *(const volatile uint8_t *)((const volatile char *)base + offset);
}

static inline uint16_t usrd_rd16(const volatile void *base, size_t offset)
{
    return *(const volatile uint16_t *)((const volatile char *)base + offset);
}

static inline uint32_t usrd_rd32(const volatile void *base, size_t offset)
{
    return *(const volatile uint32_t *)((const volatile char *)base + offset);
}

static inline uint64_t usrd_rd64(const volatile void *base, size_t offset)
{
    return *(const volatile uint64_t *)((const volatile char *)base + offset);
}

static inline void usrd_wr8(volatile void *base, size_t offset, uint8_t value)
{
    *(volatile uint8_t *)((volatile char *)base + offset) = value;
}

static inline void usrd_wr16(volatile void *base, size_t offset, uint16_t value)
{
    *(volatile uint16_t *)((volatile char *)base + offset) = value;
}

static inline void usrd_wr32(volatile void *base, size_t offset, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)base + offset) = value;
}

static inline void usrd_wr64(volatile void *base, size_t offset, uint64_t value)
{
    *(volatile uint64_t *)((volatile char *)base + offset) = value;
}

/* Map SIZE bytes of physical memory at PHYSICAL, which mmio= must grant,
 * into this task, at most 256 times; neither needs to be page-aligned.
 * USRD_ERROR_PERMISSION_DENIED without the grant. */
kern_return_t usrd_mmio_map(uint64_t physical, uint64_t size, void **base);

/* Was all of FIRST..LAST granted to this task?  KIND is USRD_GRANT_IOPORTS,
 * USRD_GRANT_IRQ or USRD_GRANT_MMIO.  A driver's first act. */
boolean_t usrd_granted(unsigned kind, uint64_t first, uint64_t last);

#endif
