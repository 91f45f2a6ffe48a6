/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For words.c alone: reads one value of ioports=, mmio=, irq=, pci=, kdev=,
 * provides= or needs= into W.  NULL when it was taken, else why not. */
#ifndef KX_GRANTS_H
#define KX_GRANTS_H

#include "words.h"

const char *kx_read_ioports(struct kx_words *w, const char *value);
const char *kx_read_mmio(struct kx_words *w, const char *value);
const char *kx_read_irq(struct kx_words *w, const char *value);
const char *kx_read_pci(struct kx_words *w, const char *value);
const char *kx_read_kdev(struct kx_words *w, const char *value);
const char *kx_read_provides(struct kx_words *w, const char *value);
const char *kx_read_needs(struct kx_words *w, const char *value);
const char *kx_read_complains(struct kx_words *w, const char *value);

#endif
