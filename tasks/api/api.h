/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the driver and the client of the API's test agree on. */
#ifndef API_H
#define API_H

/* get_status: the words of what the driver has seen so far. */
#define API_SEEN 1
enum api_seen {
    API_OPENS,
    API_CLOSES,
    API_MODE,    /* of the last open, read or write */
    API_RECNUM,  /* of the last read or write */
    API_WANTED,  /* bytes, likewise */
    API_CONTEXT, /* 1, 2, ...: of the handle that is asked */
    API_ROOM,    /* words that get_status had room for */
    API_SET,     /* words that set_status came with */
    API_SEEN_WORDS,
};

/* get_status: the first word is the code that it returns. */
#define API_RETURN 0x10000

/* set_status: one word. */
#define API_DO 2
enum api_do {
    API_DO_SICK,   /* the health check fails from now on */
    API_DO_WELL,   /* and no more */
    API_DO_ADD,    /* add "api-more" */
    API_DO_REMOVE, /* remove it */
    API_DO_STATUS, /* usrd_driver_set_status: BUSY */
    API_DO_REPORT, /* an error */
    API_DO_LEAVE,  /* unregister; main goes on after the loop */
};

#endif
