/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver API as a driver sees it, each function with good arguments and
 * with bad ones: first what needs no client (alone.c), then what a client
 * sees (served.c, client.c).  Results are KTAP in the log.
 *
 * api [init-fails | init-absent]: a driver whose driver_init fails.
 */
#include <string.h>

#include "parts.h"

static unsigned checks, wrong;

void check(int expected, int got, const char *where, int line)
{
    checks++;
    if (got == expected)
        return;
    wrong++;
    printf("# %s, line %d: %d and not %d\n", where, line, got, expected);
}

void group(const char *name)
{
    ktap_ok(wrong == 0, "%s: %u checks", name, checks);
    checks = wrong = 0;
}

static kern_return_t init_fails(usrd_driver_t driver)
{
    (void)driver;
    return D_IO_ERROR;
}

static kern_return_t init_absent(usrd_driver_t driver)
{
    (void)driver;
    return D_NO_SUCH_DEVICE;
}

static int failing(const char *name, kern_return_t (*init)(usrd_driver_t))
{
    struct usrd_driver_callbacks callbacks = {.driver_init = init};
    usrd_driver_t driver =
        usrd_driver_create(name, NULL, 1, 0, USRD_CAP_NONE, &callbacks);

    usrd_driver_register(driver, mach_task_self());
    return usrd_exit_code(usrd_driver_run(driver));
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "init-fails") == 0)
        return failing(argv[0], init_fails);
    if (argc > 1 && strcmp(argv[1], "init-absent") == 0)
        return failing(argv[0], init_absent);
    ktap_begin();
    alone();
    served();
    return ktap_end();
}
