/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the shell share. */
#ifndef SHELL_H
#define SHELL_H

#include <stddef.h>
#include <stdint.h>

/* terminal.c: the console, through kernel-ext. */
void terminal_open(void);
void terminal_write(const char *text, size_t size);
size_t terminal_read(char *to, size_t size);
/* Each newline becomes a return and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* commands.c: run one line. */
void run_line(char *line);

/* table.c: all tasks, or the one named.  False when there is none. */
void show_table(void);
int show_task(const char *name);
const char *duration(uint64_t us, char text[16]);

/* deaths.c: the last ones of all tasks, and how long outages were. */
void show_deaths(void);

/* drivers.c: all drivers; what else there is to say of one. */
void show_drivers(void);
void show_driver(const char *name);

/* devices.c */
#define READ_MAX 4096u
void show_devices(void);
void read_device(const char *name, unsigned size);
void write_device(const char *name, const char *text);
void ask_device(const char *name, const char *text);

/* lspci.c: the PCI bus; MORE: at length. */
void show_pci(int more);

/* In words: of kernel-ext, of Mach, of a device. */
const char *error_text(int error);

#endif
