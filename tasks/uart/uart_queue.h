/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests that wait for bytes, or for room. */
#ifndef UART_QUEUE_H
#define UART_QUEUE_H

#include <device/userspace_driver_sdk.h>

#define UART_WAITERS 16

struct uart_waiter {
    usrd_op_t op;
    vm_size_t size;
    void *data; /* of a write, a copy */
};

struct uart_queue {
    struct uart_waiter waiter[UART_WAITERS]; /* the oldest first */
    unsigned n;
};

/* In a callback: put off its request, and return what this returns.  DATA, of
 * usrd_malloc(), is the queue's from then on. */
kern_return_t uart_enqueue(usrd_driver_t driver, struct uart_queue *queue,
                           vm_size_t size, void *data);

/* Drop those for whose answer nobody waits any more. */
void uart_prune(usrd_driver_t driver, struct uart_queue *queue);

/* Take out the oldest; there is one. */
struct uart_waiter uart_dequeue(struct uart_queue *queue);

#endif
