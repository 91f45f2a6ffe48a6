/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What may be registered: each refusal stands beside what is allowed. */
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_types.h>
#include <mach/mach.h>
#include <userspace_driver.h>
#include <usrd/client.h>

#include "clerk.h"

static const usrd_words_t none;
static usrd_words_t settings;
static struct usrd_driver_entry entry;

static kern_return_t enrol(const char *name, const char *text, unsigned caps,
                           const usrd_words_t limits)
{
    return usrd_msg_register(mach_task_self(), name, text, 1 << 16 | 2, caps,
                             limits, 0, settings);
}

static kern_return_t leave(void)
{
    return usrd_msg_unregister(mach_task_self());
}

/* TEXT in all the bytes of a name or a description, the rest FILL. */
static const char *bytes(const char *text, char fill)
{
    static char all[2][USRD_MAX_DRIVER_DESC];
    static unsigned turn;
    char *to = all[++turn % 2];

    memset(to, fill, sizeof all[0]);
    memcpy(to, text, strlen(text));
    return to;
}

static void refuse_bytes(void)
{
    static const struct {
        const char *name, *text, *what;
        char fill;
    } bad[] = {
        {"", "fine", "no name", 0},
        {"a name", "fine", "a blank in it", 0},
        {"clerk\n", "fine", "a newline in it", 0},
        {"cl\x7f", "fine", "a DEL in it", 0},
        {"cl\xc3\xa9rk", "fine", "a byte above 127 in it", 0},
        {"clerk", "two\nlines", "a newline in a description", 0},
        {"clerk", "\033[2J", "an escape in it", 0},
        {"clerk", "\x9b", "a byte above 127 in it", 0},
    };

    clerk_raw = true;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        ktap_ok(enrol(bytes(bad[i].name, bad[i].fill), bytes(bad[i].text, 0), 0,
                      none) == USRD_ERROR_INVALID_DRIVER,
                "%s is refused", bad[i].what);
    /* MIG's server stub cuts off what has no end. */
    ktap_ok(enrol(bytes("", 'x'), bytes("", 0), 0, none) ==
                USRD_ERROR_PERMISSION_DENIED,
            "a name without an end is cut, and not the task's");
    ktap_ok(enrol(bytes(clerk_name, 0), bytes("", 'x'), 0, none) ==
                    KERN_SUCCESS &&
                usrd_driver_list(0, &entry) == KERN_SUCCESS &&
                strlen(entry.info.description) == USRD_MAX_DRIVER_DESC - 1,
            "a description without an end is cut");
    expect(KERN_SUCCESS, leave());
    ktap_ok(enrol(bytes(clerk_name, 0), bytes("All: ~ in ASCII!", 0), 0,
                  none) == KERN_SUCCESS,
            "words in both are not");
    ktap_ok(usrd_msg_add_device(mach_task_self(), bytes("", 'x'), 0) ==
                USRD_ERROR_PERMISSION_DENIED,
            "a device's name without an end is cut, too");
    clerk_raw = false;
    expect(KERN_SUCCESS, leave());
}

void clerk_register(int argc, char **argv)
{
    mach_port_t self = mach_task_self();

    (void)argc, (void)argv;
    refuse_bytes();
    expect(USRD_ERROR_NOT_REGISTERED, usrd_msg_add_device(self, clerk_name, 0));
    expect(USRD_ERROR_NOT_REGISTERED, leave());
    expect(USRD_ERROR_PERMISSION_DENIED, enrol("other", "", 0, none));
    expect(USRD_ERROR_INVALID_DRIVER,
           enrol(clerk_name, "", USRD_CAP_HOTPLUG << 1, none));
    expect(USRD_ERROR_INVALID_DRIVER,
           enrol(clerk_name, "", 1u << 31 | USRD_CAP_CHAR_DEVICE, none));
    expect(KERN_SUCCESS,
           enrol(clerk_name, "",
                 0x1fff & ~(USRD_CAP_PCI | USRD_CAP_INTERRUPT | USRD_CAP_DMA),
                 none));
    expect(USRD_ERROR_DRIVER_EXISTS, enrol(clerk_name, "", 0, none));
    expect(KERN_SUCCESS, usrd_msg_add_device(self, clerk_name, 0));
    expect(KERN_SUCCESS, usrd_msg_remove_device(self, clerk_name));
    expect(USRD_ERROR_NOT_REGISTERED, usrd_msg_remove_device(self, clerk_name));
    expect(KERN_SUCCESS, leave());
    expect(USRD_ERROR_NOT_REGISTERED, leave());
    expect(KERN_SUCCESS, enrol(clerk_name, "again", 0, none));
    expect(KERN_SUCCESS, leave());
}

/* clerk limits N...: those of its line, in the order of USRD_RESOURCE_*. */
void clerk_limits(int argc, char **argv)
{
    for (int n = 0; n < argc && n < 6; n++) {
        unsigned line = (unsigned)strtoul(argv[n], NULL, 0);
        usrd_words_t limits = {0};
        limits[n] = line + 1;
        ktap_ok(enrol(clerk_name, "", 0, limits) ==
                    USRD_ERROR_PERMISSION_DENIED,
                "limit %d above its line's %u is refused", n, line);
        limits[n] = line;
        ktap_ok(enrol(clerk_name, "", 0, limits) == KERN_SUCCESS &&
                    settings[1 + n] == line,
                "the same is not");
        leave();
        limits[n] = line - 1;
        ktap_ok(enrol(clerk_name, "", 0, limits) == KERN_SUCCESS &&
                    settings[1 + n] == line - 1,
                "a lower one is in force");
        leave();
    }
    ktap_ok(enrol(clerk_name, "", 0, none) == KERN_SUCCESS &&
                settings[1] == strtoul(argv[0], NULL, 0),
            "the line's is, where the driver says none");
}

/* clerk devices N: provides= has clerk.1 to clerk.N, N being 32. */
void clerk_devices(int argc, char **argv)
{
    unsigned n = 0, most = argc ? (unsigned)strtoul(argv[0], NULL, 0) : 0;
    mach_port_t self = mach_task_self();
    char name[USRD_MAX_DEVICE_NAME];

    expect(KERN_SUCCESS, enrol(clerk_name, "", 0, none));
    for (; n < most; n++) {
        snprintf(name, sizeof name, "%s.%u", clerk_name, n + 1);
        if (usrd_msg_add_device(self, name, USRD_CAP_INPUT) != KERN_SUCCESS)
            break;
    }
    ktap_ok(n == most && n == USRD_MAX_DEVICES_PER_DRIVER, "%u are added", n);
    expect(USRD_ERROR_NO_RESOURCES, usrd_msg_add_device(self, clerk_name, 0));
    expect(KERN_SUCCESS, usrd_msg_add_device(self, name, USRD_CAP_AUDIO));
    expect(KERN_SUCCESS, usrd_msg_remove_device(self, name));
    expect(KERN_SUCCESS, usrd_msg_add_device(self, clerk_name, 0));
    expect(USRD_ERROR_NO_RESOURCES, usrd_msg_add_device(self, name, 0));
    expect(KERN_SUCCESS, leave());
    expect(KERN_SUCCESS, enrol(clerk_name, "", 0, none));
    expect(KERN_SUCCESS, usrd_msg_add_device(self, name, 0));
}

/* clerk capability BITS yes|no [LINE]: does the module line carry them, and is
 * the interrupt line to be had with them and not without? */
void clerk_capability(int argc, char **argv)
{
    unsigned caps = argc ? (unsigned)strtoul(argv[0], NULL, 0) : 0;
    bool granted = argc > 1 && strcmp(argv[1], "yes") == 0;
    mach_port_t self = mach_task_self();

    ktap_ok(enrol(clerk_name, "", caps, none) ==
                (granted ? KERN_SUCCESS : USRD_ERROR_PERMISSION_DENIED),
            granted ? "capability 0x%x is granted" : "0x%x is refused", caps);
    if (granted && argc > 2) {
        unsigned line = (unsigned)strtoul(argv[2], NULL, 0);
        expect(KERN_SUCCESS, usrd_msg_intr_register(self, line));
        expect(KERN_SUCCESS, leave());
        expect(KERN_SUCCESS, enrol(clerk_name, "", 0, none));
        expect(KERN_PROTECTION_FAILURE, usrd_msg_intr_register(self, line));
        expect(KERN_SUCCESS, leave());
        expect(KERN_SUCCESS, enrol(clerk_name, "", caps, none));
        expect(KERN_SUCCESS, usrd_msg_intr_register(self, line));
    } else if (!granted) {
        expect(KERN_SUCCESS, enrol(clerk_name, "", 0, none));
    }
}
