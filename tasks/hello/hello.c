/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
int main(int argc, char **argv)
{
    printf("hello from %s, %d words\n", argv[0], argc);
    return 0;
}
