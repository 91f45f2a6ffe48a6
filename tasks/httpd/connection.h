/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * HTTP on a port. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>

/* Accept connections, from within net_run(); false: no memory, or it is in use.
 * PATIENCE: ms that a request's head may take; other limits follow from it. */
bool connections_listen(unsigned port, unsigned patience);

#endif
