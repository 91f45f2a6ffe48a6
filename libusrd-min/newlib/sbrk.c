/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * malloc's memory.  The first piece is in bss, so that a task that needs
 * little asks the kernel for nothing; then vm_allocate, a piece at a time.
 * Pieces need not be adjacent: Newlib's malloc treats each as an arena. */
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include <mach/mach.h>

#define FIRST (64 * 1024)
#define PIECE (256 * 1024)

static char first[FIRST] __attribute__((aligned(16)));
static char *at = first, *end = first + FIRST;

static int grow(size_t size)
{
    vm_address_t piece;
    vm_size_t length = (size + PIECE - 1) / PIECE * PIECE;

    if (vm_allocate(mach_task_self(), &piece, length, TRUE) != KERN_SUCCESS)
        return -1;
    if ((char *)piece != end)
        at = (char *)piece;
    end = (char *)piece + length;
    return 0;
}

void *sbrk(ptrdiff_t change)
{
    char *was = at;

    if (change < 0 || change > PTRDIFF_MAX - PIECE) {
        errno = change < 0 ? EINVAL : ENOMEM;
        return (void *)-1;
    }
    if (change > end - at) {
        if (grow((size_t)change) < 0) {
            errno = ENOMEM;
            return (void *)-1;
        }
        was = at;
    }
    at = was + change;
    return was;
}
