/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests that wait, in the order they came. */
#include "uart_queue.h"

#include <string.h>

void uart_prune(usrd_driver_t driver, struct uart_queue *queue)
{
    unsigned n = 0;

    for (unsigned i = 0; i < queue->n; i++) {
        struct uart_waiter w = queue->waiter[i];
        if (usrd_op_waits(w.op)) {
            queue->waiter[n++] = w;
        } else {
            usrd_complete(w.op, D_IO_ERROR, NULL, 0);
            usrd_free(driver, w.data, w.size);
        }
    }
    queue->n = n;
}

kern_return_t uart_enqueue(usrd_driver_t driver, struct uart_queue *queue,
                           vm_size_t size, void *data)
{
    uart_prune(driver, queue);
    usrd_op_t op = queue->n < UART_WAITERS ? usrd_defer(driver) : 0;

    if (op == 0) {
        usrd_free(driver, data, size);
        return D_NO_MEMORY;
    }
    queue->waiter[queue->n++] =
        (struct uart_waiter){.op = op, .size = size, .data = data};
    return MIG_NO_REPLY;
}

struct uart_waiter uart_dequeue(struct uart_queue *queue)
{
    struct uart_waiter first = queue->waiter[0];

    queue->n--;
    memmove(queue->waiter, queue->waiter + 1, queue->n * sizeof first);
    return first;
}
