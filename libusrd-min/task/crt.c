/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From _start to main.  Every page that is touched here is a copy-on-write
 * fault in each restart: the argument vector stays where it is, and a task
 * that registers a driver makes no kernel call before its main does. */
#include <stdlib.h>
#include <string.h>

#include <mach/mach.h>

#include "task.h"
#include "userspace_driver.h"

extern int main(int argc, char **argv);
extern void (*__init_array_start[])(void), (*__init_array_end[])(void);

/* Linked only into drivers, which announce "ready" when they are. */
extern kern_return_t usrd_driver_register(void *, mach_port_t)
    __attribute__((weak));

unsigned usrd_incarnation(void); /* not from the SDK's header: see above */
_Noreturn void usrd_start(long *stack, unsigned long incarnation,
                          unsigned long watchdog_ms, unsigned long tsc_khz);

/* main gets the task's name and the words after "--" of its module line. */
static int own_words(char **argv, int argc, char ***own)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--") == 0) {
            argv[i] = argv[0];
            *own = argv + i;
            return argc - i;
        }
    *own = argv;
    if (argc > 1)
        argv[1] = NULL;
    return argc > 0;
}

_Noreturn void usrd_start(long *stack, unsigned long incarnation,
                          unsigned long watchdog_ms, unsigned long tsc_khz)
{
    char **argv;
    int argc = own_words((char **)(stack + 1), (int)stack[0], &argv);

    usrd_task.incarnation = (unsigned)incarnation;
    usrd_task.watchdog_ms = (unsigned)watchdog_ms;
    usrd_task.tsc_khz = tsc_khz;

    for (void (**f)(void) = __init_array_start; f < __init_array_end; f++)
        (*f)();
    if (!usrd_driver_register)
        usrd_msg_ready(mach_task_self());
    exit(main(argc, argv));
}

unsigned usrd_incarnation(void)
{
    return usrd_task.incarnation;
}
