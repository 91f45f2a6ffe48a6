/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the fuzzer share.  A message is a valid one (seeds.c),
 * changed at random (mutate.c), made safe for the fuzzer itself (defuse.c),
 * sent and judged by its answer (judge.c); between batches the ports and the
 * memory that it plays with are made anew and counted (pool.c), and valid
 * calls are tried (valid.c). */
#ifndef FUZZ_H
#define FUZZ_H

#include <mach/mach.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FUZZ_LONGEST 12288
union message {
    mach_msg_header_t head;
    char bytes[FUZZ_LONGEST];
};

/* Where an item of a body begins: its descriptor. */
static inline mach_msg_type_t *item_at(union message *m, unsigned offset)
{
    return (mach_msg_type_t *)(m->bytes + offset);
}
#define ITEMS_MAX 64
unsigned find_items(union message *m, unsigned *offsets);

static inline bool is_right(unsigned name)
{
    return MACH_MSG_TYPE_PORT_ANY(name);
}

/* fuzz.c */
extern bool operator_; /* this task is one */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
uint32_t below(uint32_t n); /* a random number */
static inline bool once_in(uint32_t n)
{
    return below(n) == 0;
}
uint32_t number(void); /* one that may be awkward */

/* seeds.c: valid messages, as MIG's stubs make them. */
enum kind { FOR_CONTROL, FOR_OPERATOR, FOR_KERNEL, FOR_HANDLE, KINDS };
void seeds_make(void);
void seed_take(union message *m, enum kind kind);
void seed_take_id(union message *m, int id);
/* Would the routine for M have taken it, as far as its form goes? */
bool seed_has_form_of(union message *m);

/* pool.c: ports, memory and devices to play with. */
enum target {
    TO_CONTROL,
    TO_HELLO,
    TO_TARGET, /* a driver with every callback */
    TO_DOWN,   /* a handle of a driver that was stopped */
    TO_CONSOLE,
    TO_DISK,
    TO_MAP, /* what stands for a piece of memory in a vm_map */
    TARGETS
};
extern mach_port_t target_port[TARGETS]; /* null: not there */
extern mach_port_t reply_port;
extern vm_address_t memory;
#define MEMORY 0x10000u
void pool_make(void);
void pool_open(void);
void pool_renew(void); /* all of it: */
void pool_renew_ports(void);
void pool_renew_memory(void);
void pool_reopen(mach_port_t device);
unsigned pool_names(void);    /* how many port names we have */
mach_port_t pool_right(void); /* a name for a right in a message */
mach_port_t pool_name(void);  /* a name to talk about */
bool pool_has(mach_port_t name);

/* mutate.c */
void mutate(union message *m);

/* defuse.c: so that it harms neither the fuzzer nor the image. */
void defuse(union message *m, enum target to);
bool wants_answer(const union message *m);

/* judge.c */
struct counts {
    unsigned sent, refused, errors, done, silent, died;
};
extern struct counts counts;
void judge(union message *m);
void clean_up(union message *m, union message *answer);

/* valid.c */
void still_works(void);

#endif
