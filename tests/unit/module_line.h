/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A module line from one string, split at blanks as the kernel does it.
 */
#ifndef TEST_LINE_H
#define TEST_LINE_H

#include <stdio.h>
#include <string.h>

#include "words.h"

#define LINE_WORDS 256

/* What struct kx_words points into must outlive it: each line has its own. */
struct line {
    char text[4096];
    char *argv[LINE_WORDS];
    int argc;
    struct kx_words w;
    struct kx_fault fault;
};

static bool line_read(struct line *l, const char *text)
{
    l->argc = 0;
    memset(&l->fault, 0, sizeof l->fault);
    snprintf(l->text, sizeof l->text, "%s", text);
    for (char *save, *word = strtok_r(l->text, " ", &save);
         word != NULL && l->argc < LINE_WORDS;
         word = strtok_r(NULL, " ", &save))
        l->argv[l->argc++] = word;
    return kx_words_parse(&l->w, l->argc, l->argv, &l->fault);
}

#endif
