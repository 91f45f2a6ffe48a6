/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside nbd: its two sides. */
#ifndef NBD_H
#define NBD_H

#include "session.h"

/* disk.c: open NAME by a ring beside the network device's and fill E.  FALSE:
 * with a line. */
bool disk_open(struct nbd_export *e, const char *name, bool read_only);

/* Each second: disks that are down, or back. */
void disk_look(void);

/* connection.c: listen, and serve from net_run() on. */
void connection_listen(const struct nbd_server *server);

/* Go on with S, if it is not NULL, whose disk has answered, and with whoever
 * waits for a chunk. */
void connection_go_on(struct nbd_session *s);

extern const struct nbd_line connection_line;

#endif
