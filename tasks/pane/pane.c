/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's driver whose devices are windows of others: pane NAME=OF:FIRST:COUNT
 * ... adds these and waits; pane checks (with needs=*) | denied (with
 * needs=anvil) tries what may be one.  Results are KTAP. */
#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>
#include <usrd/client.h>
#include <usrd/types.h>

#include "../ktap.h"

static struct usrd_driver_callbacks none;
static usrd_driver_t driver;

static kern_return_t add(const char *name, const char *of, uint64_t first,
                         uint64_t count)
{
    usrd_name_t window = "", base = "";

    strncpy(window, name, sizeof window - 1);
    strncpy(base, of, sizeof base - 1);
    return usrd_msg_add_window(mach_task_self(), window, base, first, count);
}

static void expect(int wanted, int got, const char *what)
{
    ktap_ok(wanted == got, "%s: %d", what, got);
}

static void denied(void)
{
    expect(USRD_ERROR_NOT_REGISTERED, add("w1", "anvil", 0, 10),
           "who is not registered");
    usrd_driver_register(driver, mach_task_self());
    expect(KERN_SUCCESS, add("w1", "anvil", 100, 50), "a window");
    expect(KERN_SUCCESS, add("w1", "anvil", 100, 50), "again");
    expect(USRD_ERROR_PERMISSION_DENIED, add("hello", "anvil", 0, 10),
           "under another's name");
    expect(USRD_ERROR_PERMISSION_DENIED, add("w2", "hello", 0, 10),
           "of what is not in needs=");
    expect(USRD_ERROR_PERMISSION_DENIED, add("w2", "nobody", 0, 10),
           "of nothing");
    expect(USRD_ERROR_INVALID_DRIVER, add("w2", "", 0, 10), "of no name");
    expect(USRD_ERROR_INVALID_DRIVER, add("w2", "console", 0, 10),
           "of a device of the kernel's");
    expect(USRD_ERROR_PERMISSION_DENIED, add("w2", "w1", 0, 10),
           "not even of its own");
}

static void chains(void)
{
    usrd_driver_register(driver, mach_task_self());
    usrd_msg_add_device(mach_task_self(), "w3", USRD_CAP_CHAR_DEVICE);
    expect(KERN_SUCCESS, add("w1", "anvil", 100, 50), "a window");
    expect(USRD_ERROR_INVALID_DRIVER, add("w2", "w2", 0, 10), "of itself");
    expect(KERN_SUCCESS, add("w2", "w1", 10, 40), "of a window");
    expect(USRD_ERROR_INVALID_DRIVER, add("w1", "w2", 0, 1), "a circle");
    expect(USRD_ERROR_INVALID_DRIVER, add("w3", "w2", 40, 1), "past its end");
    expect(USRD_ERROR_INVALID_DRIVER, add("w3", "w2", 0, 41), "too many");
    expect(USRD_ERROR_INVALID_DRIVER, add("w3", "w2", 0, 0), "none");
    expect(USRD_ERROR_INVALID_DRIVER, add("w3", "anvil", -1ull, 2), "around");
    expect(KERN_SUCCESS, add("w3", "w2", 0, 40), "a third");
    expect(KERN_SUCCESS, add("w4", "w3", 0, 40), "a fourth");
    expect(USRD_ERROR_INVALID_DRIVER, add("w5", "w4", 0, 40), "a fifth");
}

/* What it added it may open, where it may open all: anvil has it. */
static void opens(void)
{
    mach_port_t device, whole;
    struct {
        mig_reply_header_t head;
        char room[64];
    } m;

    expect(KERN_SUCCESS, usrd_open("w3", D_READ, &device), "it is opened");
    expect(KERN_SUCCESS, usrd_open("anvil", D_READ, &whole), "the other, too");
    expect(USRD_SUCCESS, usrd_msg_remove_device(mach_task_self(), "w2"),
           "the one between is removed");
    usrd_sleep(50);
    memset(&m, 0, sizeof m);
    m.head.Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
    m.head.Head.msgh_remote_port = device;
    expect(MACH_MSG_SUCCESS,
           mach_msg(&m.head.Head, MACH_SEND_MSG, sizeof m.head.Head, 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL),
           "who has the window of it has it still");
    usrd_msg_remove_device(mach_task_self(), "w3");
    usrd_sleep(50);
    expect(MACH_SEND_INVALID_DEST,
           mach_msg(&m.head.Head, MACH_SEND_MSG, sizeof m.head.Head, 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL),
           "not when his own is removed");
    expect(D_NO_SUCH_DEVICE, usrd_open("w3", D_READ, &device),
           "which cannot be opened then");
    expect(D_NO_SUCH_DEVICE, usrd_open("w4", D_READ, &device),
           "nor can a window of it");
}

static void checks(void)
{
    usrd_words_t info;

    chains();
    usrd_msg_device_info(mach_task_self(), "w4", info);
    ktap_ok(info[USRD_DEVICE_CLASS] == USRD_CAP_BLOCK_DEVICE &&
                info[USRD_DEVICE_GENERATION] == 1 &&
                info[USRD_DEVICE_THERE] == 1,
            "its class is the device's");
    opens();
}

/* NAME=OF:FIRST:COUNT */
static void add_word(char *word)
{
    char *of = strchr(word, '='), *first = strchr(word, ':');
    char *count = first ? strchr(first + 1, ':') : NULL;

    if (!of || !count)
        return;
    *of++ = *first++ = *count++ = 0;
    kern_return_t kr =
        add(word, of, strtoul(first, NULL, 0), strtoul(count, NULL, 0));
    if (kr != KERN_SUCCESS)
        printf("%s: %s\n", word, usrd_error_text(kr));
}

int main(int argc, char **argv)
{
    driver = usrd_driver_create(argv[0], "windows", 1, 0, 0, &none);
    if (argc > 1 && !strchr(argv[1], '=')) {
        ktap_begin();
        usrd_msg_ready(mach_task_self());
        if (strcmp(argv[1], "checks") == 0)
            checks();
        else
            denied();
        return ktap_end();
    }
    usrd_driver_register(driver, mach_task_self());
    for (int n = 1; n < argc; n++)
        add_word(argv[n]);
    return usrd_exit_code(usrd_driver_run(driver));
}
