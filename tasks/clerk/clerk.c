/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Goes to the registry and sees what it says: clerk ERRAND [WORD...].
 * Results are KTAP.
 */
#include <string.h>

#include <mach/mach.h>
#include <mach/mig_support.h>
#include <userspace_driver.h>

#include "clerk.h"

static const struct {
    const char *name;
    errand *run;
} errands[] = {
    {"register", clerk_register}, {"limits", clerk_limits},
    {"devices", clerk_devices},   {"capability", clerk_capability},
    {"list", clerk_list},         {"leave", clerk_leave},
    {"crowd", clerk_crowd},
};

const char *clerk_name;
bool clerk_raw;

void expect_result(int wanted, int got, const char *call)
{
    if (got == wanted)
        ktap_ok(true, "%.70s: %d", call, got);
    else
        ktap_ok(false, "%.60s: %d, not %d", call, got, wanted);
}

/* MIG's stubs terminate what they send (ld --wrap, task.ninja). */
vm_size_t __real_mig_strncpy(char *to, const char *from, vm_size_t size);
vm_size_t __wrap_mig_strncpy(char *to, const char *from, vm_size_t size);

vm_size_t __wrap_mig_strncpy(char *to, const char *from, vm_size_t size)
{
    if (!clerk_raw)
        return __real_mig_strncpy(to, from, size);
    memcpy(to, from, size);
    return size;
}

int main(int argc, char **argv)
{
    unsigned i = 0, n = sizeof errands / sizeof *errands;

    while (i < n && (argc < 2 || strcmp(errands[i].name, argv[1]) != 0))
        i++;
    if (i == n) {
        printf("no such errand\n");
        return 1;
    }
    clerk_name = argv[0];
    /* Who links a driver's parts has to say so itself. */
    usrd_msg_ready(mach_task_self());
    ktap_begin();
    errands[i].run(argc - 2, argv + 2);
    return ktap_end();
}
