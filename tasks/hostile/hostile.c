/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A task that tries what it may not: hostile ATTACK.  Each thing that is
 * refused stands beside the same thing allowed.  Results are KTAP; where the
 * attack ends in its own death, the scenario looks for that instead.
 */
#include "hostile.h"

#include <string.h>
#include <userspace_driver.h>
#include <usrd/client.h>
#include <usrd/io.h>

mach_port_t hello;

static const struct {
    const char *name;
    void (*run)(void);
} attacks[] = {
    {"port-below", attack_port_below},
    {"port-above", attack_port_above},
    {"irq", attack_irq},
    {"mmio", attack_mmio},
    {"names", attack_names},
    {"operator", attack_operator},
    {"reader", attack_reader},
    {"task-calls", attack_task_calls},
    {"memory-calls", attack_memory_calls},
    {"notifications", attack_notifications},
    {"host-calls", attack_host_calls},
    {"others", attack_others},
    {"destroy-service", attack_destroy_service},
    {"give-service", attack_give_service},
    {"hide-service", attack_hide_service},
    {"many-ports", attack_many_ports},
    {"many-handles", attack_many_handles},
    {"orphan-handles", attack_orphan_handles},
    {"own-filter", attack_own_filter},
    {"out-of-line", attack_out_of_line},
    {"many-rights", attack_many_rights},
    {"forged-exception", attack_forged_exception},
    {"forged-death", attack_forged_death},
    {"forged-notifications", attack_forged_notifications},
    {"garbage", attack_garbage},
    {"flood", attack_flood},
    {"beats", attack_beats},
    {"log-flood", attack_log_flood},
    {"answers", attack_answers},
    {"reply-ports", attack_reply_ports},
    {"guess", attack_guess},
    {"acknowledgements", attack_acknowledgements},
    {"hog", attack_hog},
    {"hog-copies", attack_hog_copies},
    {"huge-send", attack_huge_send},
    {"huge-ports", attack_huge_ports},
    {"grow-ports", attack_grow_ports},
    {"grow-messages", attack_grow_messages},
    {"trap-print", attack_trap_print},
    {"trap-state", attack_trap_state},
    {"trap-write", attack_trap_write},
    {"null-send", attack_null_send},
    {"null-receive", attack_null_receive},
    {"no-receive", attack_no_receive},
    {"flag-direction", attack_flag_direction},
    {"flag-nested", attack_flag_nested},
    {"flag-trace", attack_flag_trace},
    {"traps-gone", attack_traps_gone},
    {"traps-all", attack_traps_all},
    {"trap-beyond", attack_trap_beyond},
};

void kernel_ext_answers(void)
{
    unsigned long began = usrd_now();
    boolean_t granted = usrd_granted(USRD_GRANT_IRQ, GRANTED_IRQ, GRANTED_IRQ);
    unsigned long took = usrd_now() - began;

    ktap_ok(granted && took < 50000, "kernel-ext answers in %luus", took);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    unsigned i = 0, n = sizeof attacks / sizeof *attacks;

    while (i < n && strcmp(attacks[i].name, name) != 0)
        i++;
    if (i == n) {
        fprintf(stderr, "no attack %s\n", name);
        return 1;
    }
    /* Who links a driver's parts has to say so itself. */
    usrd_msg_ready(mach_task_self());
    ktap_begin();
    ktap_ok(usrd_open("hello", D_READ | D_WRITE, &hello) == KERN_SUCCESS,
            "hello, which needs= names, opens");
    attacks[i].run();
    kernel_ext_answers();
    return ktap_end();
}
