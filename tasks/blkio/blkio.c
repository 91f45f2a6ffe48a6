/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * blkio: a test's client of a block device:
 *     blkio rpc|ring DEVICE io | errors | load DRIVER DEATHS */
#include <stdlib.h>
#include <string.h>

#include "blkio.h"

int main(int argc, char **argv)
{
    bool loads = argc > 5 && strcmp(argv[3], "load") == 0;

    if (argc < 4 || !way_open(argv[1], argv[2], loads ? DEPTH : 1))
        return 1;
    if (loads)
        return load(argv[4], (unsigned)atoi(argv[5]));
    return strcmp(argv[3], "errors") == 0 ? errors() : io();
}
